package dev.comporta.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.ArgumentsTarget;
import dev.comporta.cli.Command;
import dev.comporta.tasks.answering.StoriesTarget;
import dev.comporta.tasks.handwriting.InkTarget;
import dev.comporta.tasks.music.AbcTarget;
import dev.comporta.tasks.music.MusicTarget;
import dev.comporta.tasks.programs.ProgramsTarget;
import dev.comporta.tasks.speech.WavTarget;
import dev.comporta.tasks.tagging.TaggedSentencesTarget;
import dev.comporta.view.ClipTarget;
import dev.comporta.view.PictureTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs Jazzer on each target for {@code -Dcomporta.fuzz.seconds} seconds, in a JVM of its own, two
 * at a time. Its choices follow from {@code -Dcomporta.fuzz.seed}; 0 draws a seed. What it finds is
 * left in {@code target/fuzz}: the input, to be run again by naming it after the same target.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("full")
class FuzzTest {
  private static final String SECONDS = System.getProperty("comporta.fuzz.seconds", "60");
  private static final String SEED = System.getProperty("comporta.fuzz.seed", "1");

  /** Until an input counts as endless, by the clock; {@link Property} is stricter. */
  private static final int LONGEST_SECONDS = 300;

  private static final int LONGEST_INPUT = 1 << 16;
  private static final Pattern INPUTS = Pattern.compile("number_of_executed_units: +(\\d+)");

  /** The model of the seeds in each storage type, and what it was trained from. */
  static final List<String> MODELS = List.of("m", "m.f16", "m.bf16", "m.int8");

  static final String CHECKPOINT = "m.checkpoint";

  @TempDir private static Path models;

  @BeforeAll
  static void trainTheModelOfTheSeeds() {
    String small = "train adding --length 4 --hidden 2 --batch 2 --steps 1 --threads 1 --out";
    List<String> words = new ArrayList<>(List.of(small.split(" ")));
    String model = models.resolve(MODELS.getFirst()).toString();
    words.add(model);
    assertThat(Command.run(words.toArray(String[]::new))).isZero();
    for (String name : MODELS.subList(1, MODELS.size())) {
      String type = name.substring(name.indexOf('.') + 1);
      String out = models.resolve(name).toString();
      assertThat(Command.run("convert", model, "--dtype", type, "--out", out)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Targets.ModelFileTarget.class,
        Targets.DamagedModelFileTarget.class,
        Targets.CheckpointTarget.class,
        Targets.SafetensorsTarget.class,
        Targets.ConformanceCaseTarget.class,
        Targets.SpecTextTarget.class,
        Targets.ConfigFileTarget.class,
        Targets.CsvTarget.class,
        Targets.CorpusTarget.class,
        Targets.VocabularyTarget.class,
        ExchangeTargets.TorchZipTarget.class,
        ExchangeTargets.TorchLegacyTarget.class,
        ExchangeTargets.KerasTarget.class,
        ExchangeTargets.Dl4jTarget.class,
        ExchangeTargets.NumpyTarget.class,
        ExchangeTargets.ModelJsonTarget.class,
        ExchangeTargets.OnnxTarget.class,
        ExchangeTargets.OnnxInputTarget.class,
        PictureTarget.class,
        ClipTarget.class,
        TaggedSentencesTarget.class,
        MusicTarget.class,
        AbcTarget.class,
        StoriesTarget.class,
        ProgramsTarget.class,
        WavTarget.class,
        InkTarget.class,
        ArgumentsTarget.class,
      })
  void onlyOneSentenceComesOut(Class<?> target) throws Exception {
    String name = target.getSimpleName().replace("Target", "");
    Path folder = Path.of("target", "fuzz", name).toAbsolutePath();
    Path seeds = folder.resolve("seeds");
    Seeds.write(name, models, seeds);
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Dslf4j.internal.verbosity=ERROR",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.comporta.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + SECONDS,
                "-seed=" + SEED,
                "-timeout=" + LONGEST_SECONDS,
                "-max_len=" + LONGEST_INPUT,
                "-rss_limit_mb=3000",
                "-print_final_stats=1",
                corpus.toString(),
                seeds.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String said = Files.readString(log);
    assertThat(code).as(said).isZero();
    Matcher inputs = INPUTS.matcher(said);
    assertThat(inputs.find()).as(said).isTrue();
    System.out.println("fuzzed " + name + ": " + inputs.group(1) + " inputs in " + SECONDS + " s");
    assertThat(Long.parseLong(inputs.group(1))).as("inputs of " + name).isPositive();
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
