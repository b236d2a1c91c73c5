package dev.comporta.inference;

/** What a loaded model may be able to do; see {@link LoadedModel#can}. */
public enum ModelAbility {
  /** Continue texts and score them: {@link LoadedModel#textGenerator}. */
  GENERATE_TEXT,
  /** Translate sentences: {@link LoadedModel#translator}. */
  TRANSLATE,
  /** Forecast a series: {@link LoadedModel#forecaster}. */
  FORECAST,
  /** Caption images: {@link LoadedModel#captioner}. */
  CAPTION,
  /** Label the timesteps of a sequence: {@link LoadedModel#labeler}. */
  LABEL,
  /** Classify a sequence: {@link LoadedModel#classifier}. */
  CLASSIFY,
  /** Tag the words of sentences: {@link LoadedModel#tagger}. */
  TAG,
  /** Continue pieces of music: {@link LoadedModel#musicGenerator}. */
  GENERATE_MUSIC,
  /** Answer questions about stories: {@link LoadedModel#questionAnswerer}. */
  ANSWER,
  /** Answer questions about images: {@link LoadedModel#imageQuestionAnswerer}. */
  ANSWER_ABOUT_IMAGE,
  /** Write down speech: {@link LoadedModel#speechRecognizer}. */
  RECOGNIZE_SPEECH,
  /** Read pen strokes: {@link LoadedModel#handwritingReader}. */
  READ_HANDWRITING,
  /** Write texts with a pen: {@link LoadedModel#handwritingWriter}. */
  WRITE_HANDWRITING,
  /** Read the frames of clips: {@link LoadedModel#videoModel}. */
  READ_VIDEO
}
