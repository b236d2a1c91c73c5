package dev.comporta.view;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;

/**
 * Which sentences of a story a model attended to while it read a question: a row for each sentence,
 * a column for each step, in the colours of alignments. As an image, or as a page that holds it.
 */
public final class StoryPicture {
  private static final int CELL = 30;
  private static final int MARGIN = 16;
  private static final int WEIGHT = 70;
  private static final int HEADER = 52;
  private static final int LEGEND = 40;
  private static final int WIDEST_LABEL = 600;

  /** The most steps or sentences of an image. */
  private static final int MOST = 300;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final Font TITLE = FONT.deriveFont(Font.BOLD, 16f);
  private static final String LEGEND_TEXT =
      "attention weight: each column adds up to 100 %; numbers: the last column";

  private final Asked asked;
  private final int left;
  private final int top;

  /**
   * A question with its answer.
   *
   * @param model the name of the model's file
   * @param question the question
   * @param answer the answer
   * @param probability of the answer
   * @param sentences of the story, one or more
   * @param steps the words of the question, and a mark for each hop
   * @param attention the weights {@code [steps, sentences]}
   */
  public record Asked(
      String model,
      String question,
      String answer,
      double probability,
      List<String> sentences,
      List<String> steps,
      List<float[]> attention) {
    /** Copies the lists. */
    public Asked {
      sentences = List.copyOf(sentences);
      steps = List.copyOf(steps);
      attention = List.copyOf(attention);
    }

    private String title() {
      return formatted("%s  %s (%.1f %%)", question, answer, 100 * probability);
    }
  }

  private StoryPicture(Asked asked) {
    this.asked = asked;
    this.left = 2 * MARGIN + widest(asked.sentences);
    this.top = HEADER + 20 + (int) (0.87 * widest(asked.steps));
  }

  private static int widest(List<String> labels) {
    int widest = labels.stream().mapToInt(it -> AlignmentImage.width(FONT, it)).max().orElse(0);
    return Math.min(widest, WIDEST_LABEL);
  }

  /**
   * Writes the picture.
   *
   * @param file an image if it ends in .png, a page if it ends in .html
   * @param asked a question with its answer and the weights
   * @throws ComportaException if there are too many steps or sentences to draw
   */
  public static void write(Path file, Asked asked) {
    if (Math.max(asked.sentences.size(), asked.steps.size()) > MOST) {
      throw new ComportaException(
          formatted(
              "[picture] expected at most %d sentences and words of the question but there are %,d and %,d; no picture was written",
              MOST, asked.sentences.size(), asked.steps.size()));
    }
    PictureFile.write(file, () -> new StoryPicture(asked).draw(), () -> page(asked));
  }

  private BufferedImage draw() {
    int columns = asked.steps.size();
    int rows = asked.sentences.size();
    int bottom = top + rows * CELL;
    int width = left + columns * CELL + WEIGHT + 2 * MARGIN;
    int header = 2 * MARGIN + AlignmentImage.width(TITLE, asked.title());
    int legend = AlignmentImage.legendWidth(LEGEND_TEXT);
    BufferedImage image =
        new BufferedImage(
            Math.max(width, Math.max(Math.min(header, 4 * WIDEST_LABEL), legend)),
            bottom + LEGEND + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D to = LookDrawing.graphics(image);
    to.setFont(TITLE);
    to.setColor(LookDrawing.INK);
    to.drawString(asked.title(), MARGIN, 30);
    to.setFont(FONT);
    for (int t = 0; t < columns; t++) {
      AlignmentImage.slanted(to, asked.steps.get(t), left + t * CELL + CELL / 2 + 5, top - 8);
    }
    for (int s = 0; s < rows; s++) {
      int y = top + s * CELL;
      String sentence =
          LookDrawing.shortened(asked.sentences.get(s), to.getFontMetrics(), WIDEST_LABEL);
      to.setColor(LookDrawing.INK);
      to.drawString(sentence, MARGIN, y + CELL - 9);
      for (int t = 0; t < columns; t++) {
        to.setColor(Alignment.color(asked.attention.get(t)[s]));
        to.fillRect(left + t * CELL, y, CELL - 1, CELL - 1);
      }
      to.setColor(LookDrawing.DIM);
      to.drawString(
          formatted("%.1f %%", 100 * asked.attention.getLast()[s]),
          left + columns * CELL + 10,
          y + CELL - 9);
    }
    AlignmentImage.legend(to, bottom + MARGIN, LEGEND_TEXT);
    to.dispose();
    return image;
  }

  private static String page(Asked asked) {
    BufferedImage image = new StoryPicture(asked).draw();
    return Html.begin("What the model attended to", image.getWidth() + 60, "")
        + Html.picture(asked.title(), image)
        + formatted(
            "<p class=\"note\">Model: %s. A row for each sentence of the story, a column for each word of the question, then a column for each hop. On the right, the weights of the last column.</p>%n",
            Html.text(Alignment.fileName(asked.model)))
        + Html.END;
  }
}
