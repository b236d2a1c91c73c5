package dev.comporta.lessons;

import dev.comporta.api.UnknownNameException;
import dev.comporta.lessons.backprop.BpttLesson;
import dev.comporta.lessons.backprop.ForgettingLesson;
import dev.comporta.lessons.backprop.GradientsLesson;
import dev.comporta.lessons.backprop.UnrollLesson;
import dev.comporta.lessons.basics.CompareLesson;
import dev.comporta.lessons.basics.LayerLesson;
import dev.comporta.lessons.basics.NeuronLesson;
import dev.comporta.lessons.basics.ParityLesson;
import dev.comporta.lessons.basics.SumLesson;
import dev.comporta.lessons.basics.SystemLesson;
import dev.comporta.lessons.gated.GatesLesson;
import dev.comporta.lessons.gated.GruLesson;
import dev.comporta.lessons.gated.LongLagLesson;
import dev.comporta.lessons.gated.LstmLesson;
import dev.comporta.lessons.gated.VariantsLesson;
import dev.comporta.lessons.language.AgreementLesson;
import dev.comporta.lessons.language.NextWordLesson;
import dev.comporta.lessons.language.TranslationLesson;
import dev.comporta.lessons.learning.AlternativesLesson;
import dev.comporta.lessons.learning.DeepLesson;
import dev.comporta.lessons.learning.OptimizersLesson;
import dev.comporta.lessons.learning.ShapesLesson;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.series.SeriesLesson;
import java.util.List;

/** All lessons in the order of the lectures. */
public final class Lessons {
  private static final List<Lesson> ALL =
      List.of(
          new NeuronLesson(),
          new LayerLesson(),
          new SystemLesson(),
          new SumLesson(),
          new CompareLesson(),
          new ParityLesson(),
          new UnrollLesson(),
          new BpttLesson(),
          new GradientsLesson(),
          new ForgettingLesson(),
          new LstmLesson(),
          new GruLesson(),
          new GatesLesson(),
          new VariantsLesson(),
          new LongLagLesson(),
          new OptimizersLesson(),
          new DeepLesson(),
          new ShapesLesson(),
          new AlternativesLesson(),
          new NextWordLesson(),
          new AgreementLesson(),
          new TranslationLesson(),
          new SeriesLesson());

  private Lessons() {}

  /**
   * All lessons.
   *
   * @return the lessons in the order of the lectures
   */
  public static List<Lesson> all() {
    return ALL;
  }

  /**
   * One lesson.
   *
   * @param name its name
   * @return the lesson
   * @throws UnknownNameException if there is none; the message suggests the nearest name
   */
  public static Lesson find(String name) {
    return ALL.stream()
        .filter(lesson -> lesson.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new UnknownNameException("lesson", name, ALL.stream().map(Lesson::name).toList()));
  }
}
