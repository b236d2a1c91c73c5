package dev.comporta.tasks.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.programs.ProgramGenerator.Difficulty;
import dev.comporta.tasks.programs.ProgramGenerator.Use;
import dev.comporta.tasks.programs.ProgramReader.Known;
import dev.comporta.tensor.CounterRandom;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs are parsed, run, read from files and generated. */
class ProgramTest {
  private static String run(String program) {
    return Program.parse(program, new Program.Origin("f", 0)).run();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "print(398345425+425098723)|823444148",
        "print(2+3*4-5)|9",
        "print(10-3-4)|3",
        "print(-(2-5)*-2)|-6",
        "print((1 if 2<3 else 4))|1",
        "print(1 if 3<=2 else 4 if 1!=1 else 5)|5",
        "a=1;a*=7;a-=10;print(a)|-3",
        "print(7) # what it prints|7",
        "x_1 = 4 ;  print( x_1 * x_1 );|16",
        "print(9223372036854775807)|9223372036854775807",
      })
  void ofOneLine(String program, String output) {
    assertThat(run(program)).isEqualTo(output);
  }

  @Test
  void ofSeveralLines() {
    String nested =
        """
        a=0
        for x in range(3):
          for y in range(4):
            a+=x*y
            a+=1
          a-=1

        while a>5:
            a-=5
        print(a)
        """;
    assertThat(run(nested)).isEqualTo("2"); // 18 + 12 - 3 = 27, then 22, 17, 12, 7, 2
    // The example of the paper. A loop takes what is left of its line, as in Python.
    assertThat(run("j=8584\nfor x in range(8):j+=920\nb=(1500+j)\nprint((b+7567))"))
        .isEqualTo("25011");
    assertThat(run("j=1\nfor x in range(8):j+=2;j-=1\nprint(j)")).isEqualTo("9");
    assertThat(run("i=0\nfor x in range(i-5):i+=1\nprint(i)")).isEqualTo("0");
  }

  /** The same expressions are computed while they are written, without a parser. */
  private static final class Writer {
    private final Random random = new Random(3);
    private final StringBuilder text = new StringBuilder();

    BigInteger value(int depth) {
      if (depth == 0) {
        int number = random.nextInt(100);
        text.append(number);
        return BigInteger.valueOf(number);
      }
      text.append('(');
      BigInteger left = value(random.nextInt(depth));
      int kind = random.nextInt(4);
      BigInteger result;
      if (kind == 3) {
        text.append(" if ");
        BigInteger a = value(0);
        text.append('<');
        BigInteger b = value(random.nextInt(depth));
        text.append(" else ");
        BigInteger otherwise = value(random.nextInt(depth));
        result = a.compareTo(b) < 0 ? left : otherwise;
      } else {
        text.append("+-*".charAt(kind));
        BigInteger right = value(random.nextInt(depth));
        result =
            kind == 0 ? left.add(right) : kind == 1 ? left.subtract(right) : left.multiply(right);
      }
      text.append(')');
      return result;
    }
  }

  @Test
  void asTheyAreComputedWithoutAParser() {
    Writer writer = new Writer();
    for (int i = 0; i < 500; i++) {
      writer.text.setLength(0);
      BigInteger value = writer.value(1 + i % 3);
      assertThat(run("print(" + writer.text + ")")).isEqualTo(value.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1\\nwhile a>0:a+=1\\nprint(a)|expected a program that ends at line 2 of f but it still runs after 100,000 steps",
        "for x in range(9223372036854775807):a=1\\nprint(1)|expected a program that ends at line 1",
        "a=1|expected a program that prints one number at line 1 of f but it prints none",
        "print(1)\\nprint(2)|expected a program that prints one number at line 2 of f but it prints a second one",
        "print(a)|expected a value of 'a' at line 1 of f but it has not been assigned",
        "a+=1\\nprint(a)|expected a value of 'a'",
        "print(9223372036854775807+1)|expected values of at most 64 bits at line 1",
        "print(9223372036854775808)|expected a number of at most 64 bits at line 1",
        "print(1|expected ')' at line 1 of f but got the end of the line",
        "print(1))|expected the end of the line at line 1 of f but got ')'",
        "print 1|expected '(' at line 1 of f but got '1'",
        "a=(1 if 2)\\nprint(a)|expected a comparison such as <",
        "a=1 2|expected the end of the line",
        "for x in range(2):\\nprint(x)|expected an indented block after a loop at line 1 of f but there is none",
        "a=1\\n  b=2\\nprint(a)|expected the indentation of the line before at line 2",
        "'  a=1\\nprint(a)'|expected the indentation of the first line at line 2",
        "import os|expected =, +=, -= or *= after 'import' at line 1 of f but got 'os'",
        "print('a')|expected a statement, indented with spaces only",
        "if=3|expected a number, a variable or the beginning of a statement at line 1 of f but got 'if'",
        "a/=3|expected a statement, indented with spaces only",
        "#nothing|expected a program at line 1 of f but there is none",
      })
  void refusals(String program, String message) {
    assertThatThrownBy(() -> run(program.replace("\\n", "\n")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "-", "1 if 1<2 else ", "for x in range(1):\n"})
  void deepAndLongPrograms(String part) {
    String deep =
        part.startsWith("for") ? blocks() : "print(" + part.repeat(9000 / part.length()) + "1";
    assertThatThrownBy(() -> run(deep))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("at most 100 nested parentheses and blocks");
    assertThatThrownBy(() -> run("print(1" + "+1".repeat(5000) + ")"))
        .hasMessageContaining("at most 10,000 characters");
    assertThat(run("print(1" + "+1".repeat(4000) + ")")).isEqualTo("4001");
  }

  private static String blocks() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 110; i++) {
      text.append(" ".repeat(i)).append("for x in range(1):\n");
    }
    return text.append(" ".repeat(110)).append("print(1)").toString();
  }

  @Test
  void filesOfPrograms() {
    String text =
        """
        # a comment
        print(1+2)
        # 3

        a=4 # four
        print(a)


        # only a comment

        print(5)\
        """;
    assertThat(ProgramReader.read("f", text))
        .containsExactly(
            new Known("print(1+2)", "3"),
            new Known("a=4\nprint(a)", "4"),
            new Known("print(5)", "5"));
    assertThatThrownBy(() -> ProgramReader.read("f", "\n\nprint(1)\n\na=1\nprint(a)\n# 2\n"))
        .hasMessage("[execute] expected the output of the program at line 7 of f but it prints 1");
    assertThatThrownBy(() -> ProgramReader.read("f", "print(1)\n# 1\nprint(2)\n"))
        .hasMessageContaining("expected an empty line after the output of a program at line 3");
    assertThatThrownBy(() -> ProgramReader.read("f", "\n# 3\n\n"))
        .hasMessageContaining("expected programs, such as print(12+30), in f but it has none");
    assertThatThrownBy(() -> ProgramReader.read("f", "print(1)\n\nprint(\n"))
        .hasMessageContaining("at line 3 of f");
    assertThatThrownBy(() -> ProgramReader.read("f", "a=1\n".repeat(6000)))
        .hasMessageContaining("with an empty line after each");
  }

  @Test
  void generatedProgramsHaveTheirDifficultyAndTheirUse() {
    CounterRandom random = new CounterRandom(5);
    Set<String> operations = new HashSet<>();
    String known = String.join("", ProgramGenerator.alphabet()) + " ";
    for (int length = 1; length <= ProgramGenerator.MOST_LENGTH; length += 4) {
      for (int nesting = 1; nesting <= ProgramGenerator.MOST_NESTING; nesting++) {
        for (int i = 0; i < 100; i++) {
          Use use = Use.values()[i % 3];
          Difficulty difficulty = new Difficulty(length, nesting, false);
          Known made =
              ProgramGenerator.generate(
                  difficulty, use, random.stream(length).stream(nesting).stream(i));
          String program = made.program();
          assertThat(run(program)).isEqualTo(made.output());
          assertThat(ProgramGenerator.use(program)).isEqualTo(use);
          assertThat(program.chars()).allMatch(c -> known.indexOf(c) >= 0);
          int most = length + 1;
          assertThat(List.of(program.split("\\D+"))).allMatch(it -> it.length() <= most);
          operations.add(program.replaceAll("[^-+*<>=]", ""));
        }
      }
    }
    assertThat(operations).hasSizeGreaterThan(100);
  }

  @Test
  void everyKindOfProgramHasSomeForEveryUse() {
    for (Use use : Use.values()) {
      for (int length = 1; length <= ProgramGenerator.MOST_LENGTH; length++) {
        Difficulty additions = new Difficulty(length, 1, true);
        String program =
            ProgramGenerator.generate(additions, use, new CounterRandom(length)).program();
        assertThat(program).matches("print\\(\\d+\\+\\d+\\)");
        Difficulty all = new Difficulty(length, 1, false);
        assertThat(ProgramGenerator.generate(all, use, new CounterRandom(length)).output())
            .matches("-?\\d+");
      }
    }
  }
}
