package dev.comporta.tasks.programs;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Programs at random, of a given length and nesting (Zaremba and Sutskever 2014, section 4): {@code
 * length} is the most digits of a number, {@code nesting} says how often an operation is applied to
 * the result of another. An operation is an addition, a subtraction, a product with a small number,
 * a conditional, an assignment, or a loop of additions or subtractions. The loop's variable is x.
 */
public final class ProgramGenerator {
  /** The most digits of numbers. */
  public static final int MOST_LENGTH = 9;

  /** The deepest nesting of operations; no value has more than 63 bits. */
  public static final int MOST_NESTING = 5;

  /** Small numbers, those of products and loops, are up to so many times the length. */
  private static final int SMALL = 4;

  /** One program in so many is held out: half of them for validation, half for the test. */
  private static final int HELD_OUT = 10;

  /** Draws before a kind of program is taken to have none for this use. */
  private static final int TRIES = 100_000;

  private static final String NAMES = "abcdefghijklmnopqrstuvwyz";
  private static final RandomSource USES = new CounterRandom(0).stream("uses of programs");

  private final RandomSource random;
  private final int length;
  private final StringBuilder code = new StringBuilder();
  private final List<Character> names = new ArrayList<>();
  private long next;

  /** What a program is for. */
  public enum Use {
    /** Training. */
    TRAIN,
    /** Validation during training. */
    VALIDATE,
    /** The test of a trained model. */
    TEST
  }

  /**
   * How hard programs are.
   *
   * @param length the most digits of a number
   * @param nesting how deep operations are nested
   * @param additions whether programs print one sum of two numbers, whatever the nesting
   */
  public record Difficulty(int length, int nesting, boolean additions) {}

  private ProgramGenerator(RandomSource random, int length) {
    this.random = random;
    this.length = length;
    NAMES.chars().forEach(name -> names.add((char) name));
  }

  /**
   * Generates a program. Whether it may be trained on depends on its text alone, so no model was
   * trained on a program of the test, whatever the seed.
   *
   * @param difficulty how hard it is
   * @param use what it is for
   * @param random the same source gives the same program
   * @return the program and what it prints
   */
  public static ProgramReader.Known generate(Difficulty difficulty, Use use, RandomSource random) {
    for (long attempt = 0; attempt < TRIES; attempt++) {
      String program = draw(difficulty, random.stream(attempt));
      if (use(program) == use) {
        return new ProgramReader.Known(
            program, Program.parse(program, new Program.Origin("a generated program", 0)).run());
      }
    }
    throw new IllegalStateException("no programs of " + difficulty + " to " + use);
  }

  /** What a program is for, whatever the seed. */
  static Use use(String program) {
    return switch (USES.stream(program).below(2 * HELD_OUT, 0)) {
      case 0 -> Use.VALIDATE;
      case 1 -> Use.TEST;
      default -> Use.TRAIN;
    };
  }

  /** {@return all characters of all generated programs, each once} */
  public static List<String> alphabet() {
    String symbols = "\n0123456789+-*<>=():";
    return IntStream.concat(symbols.chars(), IntStream.rangeClosed('a', 'z'))
        .mapToObj(Character::toString)
        .collect(Collectors.toList());
  }

  private static String draw(Difficulty difficulty, RandomSource random) {
    ProgramGenerator it = new ProgramGenerator(random, difficulty.length());
    String value =
        difficulty.additions()
            ? it.number() + "+" + it.number()
            : it.expression(difficulty.nesting());
    return it.code + "print(" + value + ")";
  }

  private int below(int bound) {
    return random.below(bound, next++);
  }

  /** A number of 1 to {@code length} digits, most of them of {@code length}. */
  private String number() {
    int most = 1;
    for (int i = 0; i < length; i++) {
      most *= 10;
    }
    return Integer.toString(1 + below(most - 1));
  }

  private String small() {
    return Integer.toString(1 + below(SMALL * length));
  }

  private String name() {
    return names.remove(below(names.size())).toString();
  }

  /** An expression with this many nested operations; its statements go into the code. */
  private String expression(int nesting) {
    if (nesting == 0) {
      return number();
    }
    String inner = expression(nesting - 1);
    return switch (below(6)) {
      case 0 -> ordered(inner, "+", number());
      case 1 -> ordered(inner, "-", number());
      case 2 -> ordered(inner, "*", small());
      case 3 -> {
        List<String> four = new ArrayList<>(List.of(number(), number(), number(), number()));
        four.set(below(four.size()), inner);
        yield "("
            + four.get(0)
            + " if "
            + four.get(1)
            + (below(2) == 0 ? "<" : ">")
            + four.get(2)
            + " else "
            + four.get(3)
            + ")";
      }
      case 4 -> assigned(inner);
      default -> {
        String name = assigned(inner);
        String loop = "for x in range(" + small() + "):" + name;
        code.append(loop).append(below(2) == 0 ? "+=" : "-=").append(number()).append('\n');
        yield name;
      }
    };
  }

  private String assigned(String value) {
    String name = name();
    code.append(name).append('=').append(value).append('\n');
    return name;
  }

  /** Both operands in one order or the other. */
  private String ordered(String inner, String operator, String other) {
    return below(2) == 0
        ? "(" + inner + operator + other + ")"
        : "(" + other + operator + inner + ")";
  }
}
