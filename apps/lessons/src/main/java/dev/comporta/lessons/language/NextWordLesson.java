package dev.comporta.lessons.language;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.lessons.figure.Bars;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.LanguageNet;
import dev.comporta.lessons.play.Net;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Next-word probabilities, a sampled sentence, and the same with characters. */
public final class NextWordLesson implements Lesson {
  private static final String LETTERS = " .abcdefghijklmnopqrstuvwxyz";

  @Override
  public String name() {
    return "next-word";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations("P(x_{t+1} | x_1, ..., x_t) = softmax(h_t V + c)");
    LanguageNet model =
        new LanguageNet(setting.random("words"), Sentences.words(), Spec.of("lstm"), 32);
    RandomSource texts = setting.random("texts");
    model.train(
        Net.Course.adam(0.01, setting.steps(250)),
        step -> Sentences.text(texts.stream(step), LanguageNet.needed()));
    page.text("grammar");
    Rows table = Rows.of("@sentence", "@word", "@model", "@grammarColumn");
    double largest = 0;
    List<String> groups = new ArrayList<>();
    List<Double> learned = new ArrayList<>();
    List<Double> known = new ArrayList<>();
    for (String verb : List.of("drink", "eat", "read")) {
      String sentence = ". matias had a dog and he liked to " + verb;
      for (Map.Entry<String, Integer> object : Sentences.objects(verb).entrySet()) {
        double p = model.next(List.of(sentence.split(" ", -1)), object.getKey());
        double exact = object.getValue() / 10.0;
        table.add(sentence.substring(2) + " ...", object.getKey(), p, exact);
        groups.add(object.getKey());
        learned.add(p);
        known.add(exact);
        largest = Math.max(largest, Math.abs(p - exact));
      }
    }
    double[] probabilities = learned.stream().mapToDouble(Double::doubleValue).toArray();
    page.table("table", table);
    page.figure(
        "bars",
        Bars.of("@word", "P", groups)
            .add("@model", probabilities)
            .add("@grammarColumn", known.stream().mapToDouble(Double::doubleValue).toArray()));
    Rows steps = Rows.of("t", "@word", "P");
    StringBuilder sentence = new StringBuilder();
    int t = 0;
    for (LanguageNet.Sampled next : model.sample(List.of("."), 24, setting.random("sample"))) {
      steps.add(++t, next.word(), next.probability());
      sentence.append(sentence.isEmpty() ? "" : " ").append(next.word());
    }
    page.text("sampling").table("sampled", steps).code(model.net().java());
    characters(page, setting);
    page.number("difference", largest);
    page.number("probabilities", probabilities);
    page.result(largest, sentence.toString());
  }

  /** The same text letter by letter, with an LSTM and with the multiplicative network of 2011. */
  private static void characters(Page page, Setting setting) {
    List<String> letters = List.of(LETTERS.split("", -1)).subList(0, LETTERS.length());
    Spec multiplicative = Spec.of("multiplicative-rnn").with("factors", 48);
    page.text("characters");
    page.equations("m = (x W_m) * (h U_m)", "h' = tanh(x W + m U + b)");
    Rows table = Rows.of("@cell", "@loss", "@sample");
    LineChart curves = LineChart.of("@update", "@loss");
    for (Spec cell : List.of(Spec.of("lstm"), multiplicative)) {
      LanguageNet model = new LanguageNet(setting.random("letters"), letters, cell, 48);
      RandomSource texts = setting.random("letterTexts");
      double[] losses =
          model.train(
              Net.Course.adam(0.01, setting.steps(400)),
              step -> {
                String text =
                    String.join(" ", Sentences.text(texts.stream(step), LanguageNet.needed() / 3));
                return List.of(text.split("", -1));
              });
      StringBuilder sample = new StringBuilder();
      model
          .sample(List.of("."), 60, setting.random("letterSample"))
          .forEach(next -> sample.append(next.word()));
      double end =
          Data.mean(
              Arrays.copyOfRange(losses, losses.length - losses.length / 10 - 1, losses.length));
      table.add(cell.name(), end, sample.toString().strip());
      curves.add(cell.name(), Data.places(losses.length, 40), Data.smoothed(losses, 40));
      page.number(cell.name(), end);
    }
    page.figure("lossCurves", curves).table("letters", table);
  }
}
