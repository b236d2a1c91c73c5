package dev.comporta.lessons.language;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.lessons.figure.HeatMap;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import dev.comporta.lessons.play.Translator;
import dev.comporta.training.metrics.Bleu;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Translation word by word, with an encoder-decoder, and with attention. */
public final class TranslationLesson implements Lesson {
  private static final int ROWS = 32;
  private static final int TRAINED = 5;
  private static final int LONGEST = 7;
  private static final int TESTS = 30;
  private static final String EXAMPLE = "i do not see the red house and the old car";
  private static final String PERMUTED = "i do not see the old car and the red house";

  @Override
  public String name() {
    return "translation";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.text("first");
    page.table(
        "firstTable",
        Rows.of("", "@text")
            .add("@source", EXAMPLE)
            .add("@wordByWord", Bilingual.wordByWord(EXAMPLE))
            .add("@right", "não vejo a casa vermelha e o carro velho"));
    page.equations(
        "e_ij = a(s_{i-1}, h_j)", "alpha_ij = softmax_j(e_ij)", "c_i = sum_j alpha_ij h_j");
    page.text("models", TRAINED, LONGEST);
    Translator plain = translator(setting, false);
    Translator attention = translator(setting, true);
    page.code(attention.net().java());
    int steps = setting.steps(400);
    train(plain, setting, 0, steps);
    for (int quarter = 0; quarter < 4; quarter++) {
      train(attention, setting, quarter * steps / 4, steps / 4);
      if (quarter == 0 || quarter == 3) {
        page.figure(quarter == 0 ? "early" : "late", alignment(attention, EXAMPLE));
      }
    }
    page.figure("permuted", alignment(attention, PERMUTED));
    double[] follow = follow(attention, setting);
    page.text("content");
    page.table(
        "contentTable",
        Rows.of("@attended", "@share").add("@byContent", follow[0]).add("@byPosition", follow[1]));
    double[][] bleu = new double[3][LONGEST];
    for (int things = 1; things <= LONGEST; things++) {
      bleu[0][things - 1] = bleu(setting, things, Bilingual::wordByWord);
      bleu[1][things - 1] = bleu(setting, things, text -> answer(plain, text));
      bleu[2][things - 1] = bleu(setting, things, text -> answer(attention, text));
    }
    LineChart chart = LineChart.of("@things", "BLEU");
    chart.add("@wordByWord", bleu[0]).add("@noAttention", bleu[1]).add("@attention", bleu[2]);
    page.figure("bleu", chart).text("reading", TRAINED);
    page.number("wordByWord", bleu[0]).number("plain", bleu[1]).number("attention", bleu[2]);
    page.number("follow", follow);
    page.result(
        bleu[0][1],
        bleu[1][1],
        bleu[2][1],
        bleu[1][LONGEST - 1],
        bleu[2][LONGEST - 1],
        100 * follow[0],
        100 * follow[1]);
  }

  private static Translator translator(Setting setting, boolean attention) {
    return new Translator(
        setting.random("net"),
        Bilingual.englishWords(),
        Bilingual.portugueseWords(),
        32,
        attention);
  }

  private static void train(Translator translator, Setting setting, int from, int steps) {
    RandomSource random = setting.random("train");
    translator.train(
        Net.Course.adam(0.01, Math.max(1, steps)),
        step -> {
          List<Translator.Pair> pairs = new ArrayList<>();
          for (int row = 0; row < ROWS; row++) {
            RandomSource of = random.stream(from + step).stream(row);
            pairs.add(Bilingual.sentence(of, 1 + (int) (TRAINED * of.uniform(99))).pair());
          }
          return pairs;
        });
  }

  private static String answer(Translator translator, String english) {
    return Bilingual.portuguese(translator.answer(Bilingual.english(english), 40).words());
  }

  private static double bleu(Setting setting, int things, UnaryOperator<String> translate) {
    Bleu bleu = new Bleu(Bleu.Tokenization.NONE);
    for (int n = 0; n < tests(setting); n++) {
      Bilingual.Sentence sentence =
          Bilingual.sentence(setting.random("test").stream(things).stream(n), things);
      bleu.add(translate.apply(sentence.english()), sentence.portuguese());
    }
    return bleu.score();
  }

  /** Fewer sentences where a test trains for a moment only. */
  private static int tests(Setting setting) {
    return Math.max(4, Math.min(TESTS, setting.steps(TESTS)));
  }

  private static HeatMap alignment(Translator translator, String english) {
    Translator.Answer answer = translator.answer(Bilingual.english(english), 16);
    List<String> columns = new ArrayList<>(List.of(english.split(" ", -1)));
    columns.add("</s>");
    List<String> lines = List.of(Bilingual.portuguese(answer.words()).split(" ", -1));
    double[][] values = answer.weights().toArray(double[][]::new);
    return new HeatMap("@source", "@written", columns, lines, values);
  }

  /**
   * Swaps the two things of sentences: how often an output word looks most at the source word that
   * it translates, and how often at the position where the unswapped sentence had it.
   */
  private static double[] follow(Translator translator, Setting setting) {
    int content = 0;
    int position = 0;
    int count = 0;
    for (int n = 0; n < tests(setting); n++) {
      String english = Bilingual.sentence(setting.random("swapped").stream(n), 2).english();
      int verb = english.indexOf(" the ");
      int and = english.indexOf(" and ");
      String swapped =
          english.substring(0, verb)
              + english.substring(and + 4)
              + " and"
              + english.substring(verb, and);
      String[] before = english.split(" ", -1);
      String[] after = swapped.split(" ", -1);
      Translator.Answer answer = translator.answer(Bilingual.english(swapped), 40);
      String[] written = Bilingual.portuguese(answer.words()).split(" ", -1);
      for (int i = 0; i < answer.words().size(); i++) {
        int at = Data.largest(Data.floats(answer.weights().get(i)));
        boolean thing = written[i].length() > 3; // nouns, adjectives and verbs, not o, a, e, não
        if (thing) {
          count++;
          content += at < after.length && Bilingual.translates(written[i], after[at]) ? 1 : 0;
          position += at < before.length && Bilingual.translates(written[i], before[at]) ? 1 : 0;
        }
      }
    }
    return new double[] {
      (double) content / Math.max(1, count), (double) position / Math.max(1, count)
    };
  }
}
