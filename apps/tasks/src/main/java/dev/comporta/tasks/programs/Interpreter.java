package dev.comporta.tasks.programs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.programs.Syntax.Assignment;
import dev.comporta.tasks.programs.Syntax.Chain;
import dev.comporta.tasks.programs.Syntax.Comparison;
import dev.comporta.tasks.programs.Syntax.Conditional;
import dev.comporta.tasks.programs.Syntax.Expression;
import dev.comporta.tasks.programs.Syntax.For;
import dev.comporta.tasks.programs.Syntax.Link;
import dev.comporta.tasks.programs.Syntax.Literal;
import dev.comporta.tasks.programs.Syntax.Print;
import dev.comporta.tasks.programs.Syntax.Statement;
import dev.comporta.tasks.programs.Syntax.Variable;
import dev.comporta.tasks.programs.Syntax.While;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs one program once, and counts its steps. */
final class Interpreter {
  private final Program.Origin origin;
  private final Map<String, Long> variables = new HashMap<>();
  private @Nullable Long printed;
  private int steps;
  private int line = 1;

  Interpreter(Program.Origin origin) {
    this.origin = origin;
  }

  /** What the program prints. */
  long run(List<Statement> program) {
    program.forEach(this::run);
    if (printed == null) {
      throw origin.refusal("a program that prints one number", "it prints none", 1);
    }
    return printed;
  }

  private void run(Statement statement) {
    line = statement.line();
    step();
    switch (statement) {
      case Assignment it -> {
        long value = value(it.value());
        long now =
            it.operator() == ' '
                ? value
                : operate(variable(it.name(), it.line()), it.operator(), value);
        variables.put(it.name(), now);
      }
      case For it -> {
        long count = value(it.count());
        for (long i = 0; i < count; i++) {
          line = it.line();
          step();
          variables.put(it.name(), i);
          it.body().forEach(this::run);
        }
      }
      case While it -> {
        while (holds(it.condition())) {
          it.body().forEach(this::run);
          line = it.line();
          step();
        }
      }
      case Print it -> {
        if (printed != null) {
          throw origin.refusal(
              "a program that prints one number", "it prints a second one", it.line());
        }
        printed = value(it.value());
      }
    }
  }

  private void step() {
    if (++steps > Program.MOST_STEPS) {
      throw origin.refusal(
          "a program that ends",
          formatted("it still runs after %,d steps", Program.MOST_STEPS),
          line);
    }
  }

  private long value(Expression expression) {
    step();
    return switch (expression) {
      case Literal it -> it.value();
      case Variable it -> variable(it.name(), it.line());
      case Chain it -> {
        long value = value(it.first());
        for (Link link : it.links()) {
          value = operate(value, link.operator(), value(link.operand()));
        }
        yield value;
      }
      case Conditional it -> holds(it.condition()) ? value(it.then()) : value(it.otherwise());
    };
  }

  private long variable(String name, int where) {
    Long value = variables.get(name);
    if (value == null) {
      throw origin.refusal("a value of '" + name + "'", "it has not been assigned", where);
    }
    return value;
  }

  private boolean holds(Comparison it) {
    int order = Long.compare(value(it.left()), value(it.right()));
    return switch (it.operator()) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      case "==" -> order == 0;
      default -> order != 0;
    };
  }

  private long operate(long left, char operator, long right) {
    try {
      return switch (operator) {
        case '+' -> Math.addExact(left, right);
        case '-' -> Math.subtractExact(left, right);
        default -> Math.multiplyExact(left, right);
      };
    } catch (ArithmeticException e) {
      ComportaException refusal =
          origin.refusal("values of at most 64 bits", "one is larger", line);
      refusal.initCause(e);
      throw refusal;
    }
  }
}
