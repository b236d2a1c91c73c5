package dev.comporta.inference;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.SessionGroup;
import dev.comporta.cells.model.StreamingModel;
import dev.comporta.inference.compute.Compute;
import dev.comporta.serialization.ModelFile;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model with everything that its file holds, and what it computes with. Any number of threads may
 * use it at once, and each answer has the same bits as if it were asked for alone.
 *
 * <p><b>What it can do</b> is a typed API for each kind of model: {@link #textGenerator}, {@link
 * #translator}, {@link #forecaster}, {@link #captioner}, {@link #labeler}, {@link #classifier},
 * {@link #tagger}, {@link #musicGenerator}, {@link #questionAnswerer}, {@link
 * #imageQuestionAnswerer}, {@link #speechRecognizer}, {@link #handwritingReader}, {@link
 * #handwritingWriter} and {@link #videoModel}. {@link #can} says which of them the model has; the
 * others refuse in one sentence. Tokenizers, vocabularies and normalisation come from the file. The
 * raw API runs {@linkplain #run sequences}, {@linkplain #newSession streams} and {@linkplain
 * #newGroup groups of streams}.
 *
 * <p><b>Memory.</b> The parameters are held once, in the network, as float32 whatever the file
 * stores. Those of a file of format 2 are read straight from the mapped file at their first use;
 * those of a stream and of format 1 exist twice while they are loaded. Matrices are packed for the
 * kernels where they are first used, which is a second copy of the weights of recurrent layers: one
 * for each call that runs at the same time as others (at most one per processor is kept), and one
 * for all streams together. Nothing else grows with the weights: there are no gradients.
 */
public final class LoadedModel implements AutoCloseable {
  private final String name;
  private final ModelFile content;
  private final SequenceModel network;
  private final Compute compute;
  private final boolean owner;
  private final Catalog catalog;
  private final RunnerPool runners;
  private final Lazily<StreamingModel> streaming;
  private final Lazily<TextGenerator> textGenerator;
  private final Lazily<Translator> translator;
  private final Lazily<Forecaster> forecaster;
  private final Lazily<Captioner> captioner;
  private final Lazily<Labeler> labeler;
  private final Lazily<Classifier> classifier;
  private final Lazily<Tagger> tagger;
  private final Lazily<MusicGenerator> musicGenerator;
  private final Lazily<QuestionAnswerer> questionAnswerer;
  private final Lazily<ImageQuestionAnswerer> imageQuestionAnswerer;
  private final Lazily<SpeechRecognizer> speechRecognizer;
  private final Lazily<HandwritingReader> handwritingReader;
  private final Lazily<HandwritingWriter> handwritingWriter;
  private final Lazily<VideoModel> videoModel;
  private final Map<ModelAbility, Lazily<?>> parts;

  private LoadedModel(
      String name,
      ModelFile content,
      SequenceModel network,
      @Nullable ModelRunner first,
      Compute compute,
      boolean owner,
      Catalog catalog) {
    this.name = name;
    this.content = content.withoutTensors();
    this.network = network;
    this.compute = compute;
    this.owner = owner;
    this.catalog = catalog;
    this.runners = new RunnerPool(() -> compute.runner(network));
    if (first != null) {
      runners.give(first);
    }
    streaming =
        new Lazily<>(() -> new StreamingModel(network, compute.backend(), compute.workers()));
    textGenerator = new Lazily<>(() -> new TextGenerator(this));
    translator = new Lazily<>(() -> new Translator(this));
    forecaster = new Lazily<>(() -> new Forecaster(this));
    captioner = new Lazily<>(() -> new Captioner(this));
    labeler = new Lazily<>(() -> new Labeler(this));
    classifier = new Lazily<>(() -> new Classifier(this));
    tagger = new Lazily<>(() -> new Tagger(this));
    musicGenerator = new Lazily<>(() -> new MusicGenerator(this));
    questionAnswerer = new Lazily<>(() -> new QuestionAnswerer(this));
    imageQuestionAnswerer = new Lazily<>(() -> new ImageQuestionAnswerer(this));
    speechRecognizer = new Lazily<>(() -> new SpeechRecognizer(this));
    handwritingReader = new Lazily<>(() -> new HandwritingReader(this));
    handwritingWriter = new Lazily<>(() -> new HandwritingWriter(this));
    videoModel = new Lazily<>(() -> new VideoModel(this));
    parts = new EnumMap<>(ModelAbility.class);
    parts.put(ModelAbility.GENERATE_TEXT, textGenerator);
    parts.put(ModelAbility.TRANSLATE, translator);
    parts.put(ModelAbility.FORECAST, forecaster);
    parts.put(ModelAbility.CAPTION, captioner);
    parts.put(ModelAbility.LABEL, labeler);
    parts.put(ModelAbility.CLASSIFY, classifier);
    parts.put(ModelAbility.TAG, tagger);
    parts.put(ModelAbility.GENERATE_MUSIC, musicGenerator);
    parts.put(ModelAbility.ANSWER, questionAnswerer);
    parts.put(ModelAbility.ANSWER_ABOUT_IMAGE, imageQuestionAnswerer);
    parts.put(ModelAbility.RECOGNIZE_SPEECH, speechRecognizer);
    parts.put(ModelAbility.READ_HANDWRITING, handwritingReader);
    parts.put(ModelAbility.WRITE_HANDWRITING, handwritingWriter);
    parts.put(ModelAbility.READ_VIDEO, videoModel);
  }

  /** A model that closes what it computes with. */
  static LoadedModel owning(
      String name, ModelFile content, SequenceModel network, Compute compute, Catalog catalog) {
    return new LoadedModel(name, content, network, null, compute, true, catalog);
  }

  /**
   * {@return a model that is built already, such as one that was just trained}
   *
   * @param name what messages call it
   * @param content the vocabularies, metrics, constants and provenance; tensors are not kept
   * @param network the layers with their parameters, which must not change any more
   * @param runner a runner of the network, for this model alone
   * @param compute the backend and its threads, not closed with the model
   * @param catalog where providers are found
   */
  public static LoadedModel of(
      String name,
      ModelFile content,
      SequenceModel network,
      ModelRunner runner,
      Compute compute,
      Catalog catalog) {
    return new LoadedModel(name, content, network, runner, compute, false, catalog);
  }

  /** {@return the name of its file, for messages} */
  public String name() {
    return name;
  }

  /**
   * {@return what the file holds in addition to the tensors: vocabularies, metrics and provenance}
   */
  public ModelFile content() {
    return content;
  }

  /** {@return the layers with their parameters, which must not be changed} */
  public SequenceModel network() {
    return network;
  }

  /**
   * Reads and verifies the weights now, if they have not been used yet: for a service that would
   * rather not start than find a damaged file at the first request.
   *
   * @throws ComportaException naming the tensor that is damaged, or NaN or infinite
   */
  public void readWeights() {
    network.parameters().values();
  }

  /** {@return the backend and its threads} */
  public Compute compute() {
    return compute;
  }

  /** {@return where providers are found} */
  public Catalog catalog() {
    return catalog;
  }

  /** {@return the name of the task that trained the model, as the provenance has it} */
  public String task() {
    return content.provenance().hyperParameters().name();
  }

  /** {@return what the model can do} */
  public Set<ModelAbility> abilities() {
    Set<ModelAbility> abilities = EnumSet.noneOf(ModelAbility.class);
    parts.forEach((ability, part) -> {
      if (part.isPossible()) {
        abilities.add(ability);
      }
    });
    return abilities;
  }

  /**
   * {@return whether the model can do something}
   *
   * @param ability what
   */
  public boolean can(ModelAbility ability) {
    Lazily<?> part = parts.get(ability);
    return part != null && part.isPossible();
  }

  /**
   * {@return what continues and scores texts}
   *
   * @throws ComportaException if it is not a language model
   */
  public TextGenerator textGenerator() {
    return textGenerator.get();
  }

  /**
   * {@return what translates sentences}
   *
   * @throws ComportaException if the model was not trained on pairs of sentences
   */
  public Translator translator() {
    return translator.get();
  }

  /**
   * {@return what forecasts a series}
   *
   * @throws ComportaException if it is not a forecaster
   */
  public Forecaster forecaster() {
    return forecaster.get();
  }

  /**
   * {@return what captions images or clips}
   *
   * @throws ComportaException if the model does not read images, or has no words
   */
  public Captioner captioner() {
    return captioner.get();
  }

  /**
   * {@return what labels the timesteps of sequences}
   *
   * @throws ComportaException if the file has no labels, or the model gives no output for each
   *     timestep
   */
  public Labeler labeler() {
    return labeler.get();
  }

  /**
   * {@return what classifies sequences}
   *
   * @throws ComportaException if the file has no labels, or the model gives no single output for a
   *     sequence
   */
  public Classifier classifier() {
    return classifier.get();
  }

  /**
   * {@return what tags the words of sentences}
   *
   * @throws ComportaException if the file has no tags, words and characters, or other layers
   */
  public Tagger tagger() {
    return tagger.get();
  }

  /**
   * {@return what continues pieces of music}
   *
   * @throws ComportaException if it is not a model of music
   */
  public MusicGenerator musicGenerator() {
    return musicGenerator.get();
  }

  /**
   * {@return what answers questions about stories}
   *
   * @throws ComportaException if the file has no words of stories, no answers, or other layers
   */
  public QuestionAnswerer questionAnswerer() {
    return questionAnswerer.get();
  }

  /**
   * {@return what answers questions about images}
   *
   * @throws ComportaException if the file has no words of questions, no answers, or other layers
   */
  public ImageQuestionAnswerer imageQuestionAnswerer() {
    return imageQuestionAnswerer.get();
  }

  /**
   * {@return what writes down speech}
   *
   * @throws ComportaException if the file does not say how sound is read, or has other layers
   */
  public SpeechRecognizer speechRecognizer() {
    return speechRecognizer.get();
  }

  /**
   * {@return what reads pen strokes}
   *
   * @throws ComportaException if the model was not trained to read them
   */
  public HandwritingReader handwritingReader() {
    return handwritingReader.get();
  }

  /**
   * {@return what writes texts with a pen}
   *
   * @throws ComportaException if the model was not trained to write
   */
  public HandwritingWriter handwritingWriter() {
    return handwritingWriter.get();
  }

  /**
   * {@return what reads the frames of clips}
   *
   * @throws ComportaException if it is not a model of video
   */
  public VideoModel videoModel() {
    return videoModel.get();
  }

  /**
   * Runs a sequence of features from the initial state.
   *
   * @param sequence {@code [T, inputSize]}
   * @return {@code [T, outputSize]}, or the timesteps that the layers reduce it to
   * @throws ComportaException if the model reads ids or a source, or the size is wrong
   */
  public float[] run(float[] sequence) {
    return run(List.of(sequence)).getFirst();
  }

  /**
   * Runs a sequence of ids from the initial state.
   *
   * @param ids {@code [T]}
   * @return {@code [T, outputSize]}, or the timesteps that the layers reduce it to
   * @throws ComportaException if the model reads features or a source, or an id is out of range
   */
  public float[] runIds(int... ids) {
    return runIds(List.of(ids)).getFirst();
  }

  /**
   * Runs sequences of features of any length in one batch. A result has the same bits as if its
   * sequence ran alone.
   *
   * @param sequences {@code [T, inputSize]} each, with any T
   * @return {@code [T, outputSize]} for each, without padding
   * @throws ComportaException if the model reads ids or a source, or a size is wrong
   */
  public List<float[]> run(List<float[]> sequences) {
    return sequences.isEmpty()
        ? List.of()
        : Rows.of(
            outputs(Batch.ofSequences(sequences, features(), sequences.size()), sequences.size()));
  }

  /**
   * Runs sequences of ids of any length in one batch. A result has the same bits as if its sequence
   * ran alone.
   *
   * @param sequences {@code [T]} each, with any T
   * @return {@code [T, outputSize]} for each, without padding
   * @throws ComportaException if the model reads features or a source, or an id is out of range
   */
  public List<float[]> runIds(List<int[]> sequences) {
    if (network.inputSize() > 0) {
      throw new ComportaException(
          formatted(
              "[model] expected sequences of %d features each timestep but got ids; see LoadedModel.run",
              network.inputSize()));
    }
    return sequences.isEmpty()
        ? List.of()
        : Rows.of(outputs(Batch.ofSequences(sequences, sequences.size()), sequences.size()));
  }

  private int features() {
    if (network.inputSize() == 0) {
      throw new ComportaException(
          "[model] expected sequences of ids but got features; see LoadedModel.runIds");
    }
    return network.inputSize();
  }

  private ModelRunner.Outputs outputs(Batch batch, int rows) {
    return with(runner -> runner.outputs(batch, runner.newCarry(rows)));
  }

  /**
   * Opens a stream, which keeps its state from timestep to timestep. It is for one thread at a
   * time; any number of streams may run at once.
   *
   * @return a session in its initial state
   * @throws ComportaException if the model reads a source, or cannot run one timestep at a time
   */
  public Session newSession() {
    return streaming.get().newSession();
  }

  /**
   * Opens streams that advance together, all of them joined.
   *
   * @param streams the number of streams, 1 or more
   * @return the group, with all streams in their initial state
   * @throws ComportaException as {@link #newSession}
   */
  public SessionGroup newGroup(int streams) {
    return streaming.get().newGroup(streams);
  }

  /**
   * Opens a group that streams join and leave while it runs.
   *
   * @param capacity the maximum number of streams, 1 or more
   * @return the group, with no stream in it
   * @throws ComportaException as {@link #newSession}
   */
  public SessionGroup newEmptyGroup(int capacity) {
    return streaming.get().newEmptyGroup(capacity);
  }

  /**
   * The network compiled for streams, once: for its sizes, and to {@linkplain
   * StreamingModel#warmUp() warm it up} when a service starts.
   *
   * @return the network that all sessions and groups of this model share
   * @throws ComportaException as {@link #newSession}
   */
  public StreamingModel streaming() {
    return streaming.get();
  }

  /**
   * Calls a function with a runner of the network, for everything that this class has no method
   * for, such as batches with lengths, carries and observed values. The runner is the function's
   * alone while it runs, and must not be kept.
   *
   * @param call what is done with the runner
   * @param <T> the type of its result
   * @return its result
   */
  public <T> T with(Function<ModelRunner, T> call) {
    ModelRunner runner = runners.take();
    T result = call.apply(runner);
    runners.give(runner); // after a failure it is left to the garbage collector
    return result;
  }

  /** A runner for the caller alone until it is given back, which may be never. */
  RunnerPool runners() {
    return runners;
  }

  /**
   * Ends the threads of the model, unless it shares them with others. Calls under way must have
   * ended.
   */
  @Override
  public void close() {
    if (owner) {
      compute.close();
    }
  }
}
