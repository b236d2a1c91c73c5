/** The tasks that come with Comporta. */
module dev.comporta.tasks {
  requires com.fasterxml.jackson.databind;
  requires com.ibm.icu;
  requires transitive dev.comporta.frame;
  requires dev.comporta.onnx;
  requires dev.comporta.view;
  requires java.desktop;
  requires static org.jspecify;

  provides dev.comporta.frame.Task with
      dev.comporta.tasks.adding.Adding,
      dev.comporta.tasks.answering.Answer,
      dev.comporta.tasks.captions.Captions,
      dev.comporta.tasks.captions.Questions,
      dev.comporta.tasks.captions.VideoCaptions,
      dev.comporta.tasks.handwriting.Handwriting,
      dev.comporta.tasks.handwriting.HandwritingSynthesis,
      dev.comporta.tasks.labels.Classify,
      dev.comporta.tasks.labels.Dna,
      dev.comporta.tasks.language.CharLm,
      dev.comporta.tasks.language.WordLm,
      dev.comporta.tasks.memory.Copy,
      dev.comporta.tasks.memory.Recall,
      dev.comporta.tasks.memory.Sort,
      dev.comporta.tasks.music.Music,
      dev.comporta.tasks.pairs.Dates,
      dev.comporta.tasks.pairs.Execute,
      dev.comporta.tasks.pairs.Numbers,
      dev.comporta.tasks.pairs.Translation,
      dev.comporta.tasks.policy.Policy,
      dev.comporta.tasks.rating.Rate,
      dev.comporta.tasks.series.Anomaly,
      dev.comporta.tasks.series.Forecast,
      dev.comporta.tasks.speech.Speech,
      dev.comporta.tasks.tagging.Tag,
      dev.comporta.tasks.video.Video;
}
