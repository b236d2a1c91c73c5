package dev.comporta.lessons.language;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.LanguageNet;
import dev.comporta.lessons.play.Net;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** "The writer of the books is": agreement with the subject although other nouns stand nearer. */
public final class AgreementLesson implements Lesson {
  private static final List<String> NOUNS =
      List.of("writer", "book", "friend", "house", "editor", "city");
  private static final List<String> LINKS = List.of("of", "near", "behind");
  private static final List<String> ENDS =
      List.of("planning a sequel", "old", "here", "well known");
  private static final int MOST = 4;
  private static final int TESTS = 100;

  @Override
  public String name() {
    return "agreement";
  }

  @Override
  public Set<String> options() {
    return Set.of("model", "pairs");
  }

  @Override
  public void run(Setting setting, Page page) {
    String model = setting.option("model");
    String pairs = setting.option("pairs");
    if (model != null && pairs != null) {
      WordPairs.run(Path.of(model), Path.of(pairs), page);
    } else if (model != null || pairs != null) {
      throw new ComportaException(
          "--model and --pairs expected each other but only one was given; give both or neither");
    } else {
      compare(setting, page);
    }
  }

  private static void compare(Setting setting, Page page) {
    page.text("grammar");
    Bars bars = Bars.of("@attractors", "@accuracy", Data.labels("", 0, MOST + 1));
    Rows table = Rows.of("@sentence", "@cell", "P(is)", "P(are)");
    int tests = Math.max(10, Math.min(TESTS, setting.steps(TESTS)));
    double[][] right = new double[3][];
    String[] cells = {"rnn", "lstm", "gru"};
    for (int i = 0; i < cells.length; i++) {
      LanguageNet model = new LanguageNet(setting.random("net"), words(), Spec.of(cells[i]), 24);
      RandomSource texts = setting.random("texts");
      model.train(
          Net.Course.adam(0.01, setting.steps(400)),
          step -> text(texts.stream(step), LanguageNet.needed()));
      right[i] = new double[MOST + 1];
      for (int attractors = 0; attractors <= MOST; attractors++) {
        for (int n = 0; n < tests; n++) {
          boolean plural = n % 2 == 1;
          List<String> subject =
              subject(
                  setting.random("test").stream(attractors).stream(n), attractors, plural, true);
          subject.addFirst(".");
          boolean answer = model.next(subject, "are") > model.next(subject, "is");
          right[i][attractors] += answer == plural ? 1.0 / tests : 0;
        }
      }
      for (String example :
          List.of("the writer", "the writer of the books", "the writers of the book")) {
        List<String> text = List.of((". " + example).split(" ", -1));
        table.add(example + " ...", cells[i], model.next(text, "is"), model.next(text, "are"));
      }
      if (i == 0) {
        page.code(model.net().java());
      }
      bars.add(cells[i], right[i]);
      page.number(cells[i], right[i]);
    }
    double[] recency = {1, 0, 0, 0, 0};
    page.figure("bars", bars.add("@recency", recency)).table("examples", table);
    page.text("reading");
    page.result(
        100 * right[0][MOST], 100 * right[1][MOST], 100 * right[2][MOST], 100 * right[1][0]);
  }

  private static List<String> words() {
    List<String> words = new ArrayList<>(List.of(".", "the", "is", "are"));
    NOUNS.forEach(noun -> words.addAll(List.of(noun, plural(noun))));
    words.addAll(LINKS);
    ENDS.forEach(end -> words.addAll(List.of(end.split(" ", -1))));
    return words;
  }

  private static String plural(String noun) {
    return noun.equals("city") ? "cities" : noun + "s";
  }

  /** A noun and other nouns behind it; attractors are of the other number, others of any. */
  private static List<String> subject(
      RandomSource random, int others, boolean plural, boolean attractors) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i <= others; i++) {
      boolean many = i == 0 ? plural : attractors ? !plural : random.uniform(3L * i) < 0.5;
      String noun = NOUNS.get((int) (NOUNS.size() * random.uniform(3L * i + 1)));
      if (i > 0) {
        words.add(LINKS.get((int) (LINKS.size() * random.uniform(3L * i + 2))));
      }
      words.add("the");
      words.add(many ? plural(noun) : noun);
    }
    return words;
  }

  /** Sentences with 0, 1, 2 and more other nouns: each further noun is half as likely. */
  private static List<String> text(RandomSource random, int count) {
    List<String> text = new ArrayList<>();
    for (int n = 0; text.size() < count; n++) {
      RandomSource sentence = random.stream(n);
      int others = 0;
      while (others < MOST && sentence.uniform(100 + others) < 0.5) {
        others++;
      }
      boolean plural = sentence.uniform(200) < 0.5;
      text.addAll(subject(sentence.stream("subject"), others, plural, false));
      text.add(plural ? "are" : "is");
      String end = ENDS.get((int) (ENDS.size() * sentence.uniform(201)));
      text.addAll(List.of(end.split(" ", -1)));
      text.add(".");
    }
    return text;
  }
}
