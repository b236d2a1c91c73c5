package dev.comporta.tasks.speech;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.Sha256;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.inference.content.StoredSpeech;
import dev.comporta.serialization.FolderFile;
import dev.comporta.tasks.speech.Recording.Sound;
import dev.comporta.training.text.SentenceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Recordings with what is said in them: a folder of WAV files whose names tell, or a folder and a
 * table of transcripts.
 *
 * @param name what messages call them
 * @param sampleRate of all recordings
 * @param all one or more
 * @param notes what was converted or left out
 */
record Recordings(String name, int sampleRate, List<Recording> all, List<String> notes) {
  private static final List<String> DIGITS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final Pattern NAMED =
      Pattern.compile("([^_]+)_([^_]+)_([0-9]{1,9})\\.wav", Pattern.CASE_INSENSITIVE);

  /** RAM for a byte of a file: samples of four bytes, features, and both again in batches. */
  private static final int MEMORY_PER_BYTE = 16;

  /** Copies the lists. */
  Recordings {
    all = List.copyOf(all);
    notes = List.copyOf(notes);
  }

  /** A file and what is said in it. */
  private record Entry(Path file, String speaker, int take, String text) {}

  /**
   * Reads recordings.
   *
   * @param folder with the WAV files
   * @param transcripts lines of a file's name, a tab, the text and, if wanted, a tab and the
   *     speaker; null if the names of the files tell
   * @param sampleRate of the model; 0 for that of the first recording
   */
  static Recordings read(Path folder, @Nullable Path transcripts, int sampleRate) {
    if (!Files.isDirectory(folder)) {
      throw new ComportaException(
          formatted(
              "[speech] expected a folder of WAV files but %s %s",
              folder, Files.exists(folder) ? "is a file" : "does not exist"));
    }
    List<Entry> entries = transcripts == null ? named(folder) : listed(folder, transcripts);
    long room = Runtime.getRuntime().maxMemory() / MEMORY_PER_BYTE;
    int rate = sampleRate;
    List<Recording> all = new ArrayList<>();
    int converted = 0;
    String example = "";
    for (Entry entry : entries) {
      WavFile wav = WavFile.read(entry.file);
      String name = entry.file.toString();
      rate = rate == 0 ? wav.sampleRate() : rate;
      Sound sound = Sound.of(wav, rate, name);
      if (wav.isSilent()) {
        throw new ComportaException(
            formatted(
                "[speech] expected speech in %s but it is silent: all its samples are %.5f; remove it",
                name, wav.samples()[0]));
      }
      room -= 2L * sound.samples().length;
      if (room < 0) {
        throw new ComportaException(
            formatted(
                "[speech] the recordings of %s do not fit into memory; use fewer, or raise the limit (-Xmx)",
                folder));
      }
      if (!sound.note().isEmpty()) {
        converted++;
        example = example.isEmpty() ? formatted("%s: %s", name, sound.note()) : example;
      }
      all.add(new Recording(name, entry.speaker, entry.take, entry.text, sound.samples()));
    }
    List<String> notes =
        converted == 0
            ? List.of()
            : List.of(formatted("%,d recordings were converted, such as %s", converted, example));
    return new Recordings(folder.toString(), rate, all, notes);
  }

  /**
   * Generated phrases of tones.
   *
   * @param sampleRate of the model; 0 for that of the tones
   */
  static Recordings generated(int count, int sampleRate, RandomSource random) {
    if (sampleRate != 0 && sampleRate != Beeps.SAMPLE_RATE) {
      throw new ComportaException(
          formatted(
              "[speech] expected --data with a model that reads %,d Hz, because generated tones have %,d Hz",
              sampleRate, Beeps.SAMPLE_RATE));
    }
    return new Recordings(
        "generated tones",
        Beeps.SAMPLE_RATE,
        Beeps.generate(count, random.stream("data")),
        List.of());
  }

  /** The files of a folder whose names have what is said, the speaker and the take. */
  private static List<Entry> named(Path folder) {
    List<Entry> entries = new ArrayList<>();
    for (Path file : wavFiles(folder)) {
      Matcher matcher = NAMED.matcher(file.getFileName().toString());
      if (!matcher.matches()) {
        throw new ComportaException(
            formatted(
                "[speech] expected a file name of a word or digit, the speaker and the take, such as 7_ann_12.wav, but got %s; rename it, or give --transcripts",
                file));
      }
      String said = matcher.group(1);
      String text =
          said.matches("[0-9]+")
              ? String.join(" ", said.chars().mapToObj(it -> DIGITS.get(it - '0')).toList())
              : StoredSpeech.normalized(said);
      entries.add(new Entry(file, matcher.group(2), Integer.parseInt(matcher.group(3)), text));
    }
    if (entries.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[speech] expected WAV files, whose names end in .wav, in the folder %s but found none",
              folder));
    }
    return entries;
  }

  private static List<Path> wavFiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            return name.endsWith(".wav") && !name.startsWith(".");
          })
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new ComportaException(
          formatted("[speech] %s cannot be read: %s", folder, e.getMessage()), e);
    }
  }

  /** The files that a table of transcripts lists. */
  private static List<Entry> listed(Path folder, Path transcripts) {
    Path table = Files.exists(transcripts) ? transcripts : folder.resolve(transcripts);
    List<Entry> entries = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int number = 0;
    for (String line : lines(table)) {
      String place = formatted("line %d of %s", ++number, table);
      if (line.isBlank()) {
        continue;
      }
      String[] fields = line.split("\t", -1);
      String text = fields.length < 2 ? "" : StoredSpeech.normalized(fields[1]);
      if (fields.length < 2 || fields.length > 3 || text.isEmpty()) {
        throw new ComportaException(
            formatted(
                "[speech] expected the name of a file, a tab, a text and optionally a tab and the speaker in %s but got %s",
                place, Printable.quoted(line)));
      }
      Path file = within(folder, fields[0].strip(), place);
      if (!seen.add(file.toString())) {
        throw new ComportaException(
            formatted("[speech] expected each file once but %s repeats %s", place, file));
      }
      entries.add(new Entry(file, fields.length > 2 ? fields[2].strip() : "", -1, text));
    }
    if (entries.isEmpty()) {
      throw new ComportaException(
          formatted("[speech] expected transcripts in %s but it has none", table));
    }
    return entries;
  }

  private static List<String> lines(Path table) {
    List<String> lines = new ArrayList<>();
    SentenceFile.forEach(table, lines::add);
    return lines;
  }

  /** A file of the folder: a table may come from a stranger, who names no file elsewhere. */
  private static Path within(Path folder, String name, String place) {
    try {
      FolderFile.requireInside(folder, name);
      Path file = folder.resolve(name).normalize();
      if (!Files.isRegularFile(file)) {
        throw new IOException("is missing from its folder");
      }
      return file;
    } catch (IOException e) {
      throw new ComportaException(
          formatted(
              "[speech] expected the name of a WAV file in the folder %s in %s but %s %s",
              folder, place, Printable.quoted(name), e.getMessage()),
          e);
    }
  }

  /** The SHA-256 of names, texts and samples. */
  String sha256() {
    var digest = Sha256.newDigest();
    for (Recording it : all) {
      Path file = Path.of(it.name()).getFileName();
      digest.update(
          formatted("%s\t%s\t%s\n", file, it.speaker(), it.text())
              .getBytes(StandardCharsets.UTF_8));
      ByteBuffer bytes = ByteBuffer.allocate(4 * it.samples().length);
      bytes.asFloatBuffer().put(it.samples());
      digest.update(bytes);
    }
    return Sha256.hex(digest);
  }
}
