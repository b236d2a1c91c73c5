package dev.comporta.tasks.programs;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses programs by recursive descent, line by line. */
final class ProgramParser {
  private static final Pattern TOKEN =
      Pattern.compile("[ \\t]*+(?:(\\d++)|([A-Za-z_]\\w*+)|([-+*<>=!]=|[-+*<>=();:]))");

  private static final Set<String> KEYWORDS =
      Set.of("for", "in", "range", "while", "if", "else", "print");
  private static final Set<String> COMPARISONS = Set.of("<", "<=", ">", ">=", "==", "!=");
  private static final Set<String> ASSIGNMENTS = Set.of("=", "+=", "-=", "*=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*+");
  private static final String END = "the end of the line";

  /** Deeper parentheses and blocks are a mistake. */
  private static final int DEEPEST = 100;

  private final Program.Origin origin;
  private final List<Line> lines = new ArrayList<>();
  private int at; // of the line
  private int next; // of the token
  private int depth;

  /** A line that is not empty: how far it is indented, and its tokens, {@link #END} after them. */
  private record Line(int number, int indent, List<String> tokens) {}

  ProgramParser(String text, Program.Origin origin) {
    this.origin = origin;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String line = code(raw);
      if (!line.isEmpty()) {
        lines.add(tokens(line, number));
      }
    }
  }

  /** A line without its comment and the blanks at its end. */
  static String code(String line) {
    int comment = line.indexOf('#');
    return (comment < 0 ? line : line.substring(0, comment)).stripTrailing();
  }

  private Line tokens(String line, int number) {
    int indent = 0;
    while (line.charAt(indent) == ' ') {
      indent++;
    }
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(line);
    int from = indent;
    while (from < line.length()) {
      if (line.charAt(indent) == '\t' || !token.find(from) || token.start() != from) {
        throw origin.refusal(
            "a statement, indented with spaces only",
            formatted("got '%s'", Printable.quote(line.substring(from))),
            number);
      }
      tokens.add(line.substring(from, token.end()).strip());
      from = token.end();
    }
    tokens.add(END);
    return new Line(number, indent, tokens);
  }

  /** All statements. */
  List<Statement> program() {
    if (lines.isEmpty()) {
      throw origin.refusal("a program", "there is none", 1);
    }
    List<Statement> program = block(lines.getFirst().indent());
    if (at < lines.size()) {
      next = 0;
      throw refusal("the indentation of the first line", lines.get(at).number());
    }
    return program;
  }

  /** The lines from here on that are indented so far. */
  private List<Statement> block(int indent) {
    deeper();
    List<Statement> block = new ArrayList<>();
    while (at < lines.size() && lines.get(at).indent() >= indent) {
      next = 0;
      if (lines.get(at).indent() > indent) {
        throw refusal("the indentation of the line before", line());
      }
      statements(block, true);
    }
    depth--;
    return block;
  }

  /** The statements of what is left of the line; then the next line is at hand. */
  private void statements(List<Statement> to, boolean mayLoop) {
    while (true) {
      int line = line();
      if (mayLoop && take("while")) {
        to.add(new While(comparison(), body(), line));
        return;
      }
      if (mayLoop && take("for")) {
        String name = name();
        require("in");
        require("range");
        to.add(new For(name, inParentheses(), body(), line));
        return;
      }
      to.add(simple(line));
      boolean more = take(";");
      if (!more && !token().equals(END)) {
        throw refusal(END, line());
      }
      if (!more || token().equals(END)) {
        at++;
        return;
      }
    }
  }

  /** What follows a colon: in the same line, or in lines that are indented further. */
  private List<Statement> body() {
    require(":");
    List<Statement> body = new ArrayList<>();
    if (!token().equals(END)) {
      statements(body, false);
      return body;
    }
    int outer = lines.get(at).indent();
    int line = line();
    at++;
    if (at == lines.size() || lines.get(at).indent() <= outer) {
      throw origin.refusal("an indented block after a loop", "there is none", line);
    }
    return block(lines.get(at).indent());
  }

  private Statement simple(int line) {
    if (take("print")) {
      return new Print(inParentheses(), line);
    }
    String name = name();
    String operator = oneOf(ASSIGNMENTS, "=, +=, -= or *= after '" + Printable.quote(name) + "'");
    return new Assignment(name, operator.length() == 1 ? ' ' : operator.charAt(0), value(), line);
  }

  private Expression inParentheses() {
    require("(");
    Expression value = value();
    require(")");
    return value;
  }

  private Expression value() {
    deeper();
    Expression value = sum();
    if (take("if")) {
      Comparison condition = comparison();
      require("else");
      value = new Conditional(value, condition, value());
    }
    depth--;
    return value;
  }

  private Comparison comparison() {
    Expression left = sum();
    String operator = oneOf(COMPARISONS, "a comparison such as <");
    return new Comparison(left, operator, sum());
  }

  private Expression sum() {
    return chain(this::product, SUMS);
  }

  private Expression product() {
    return chain(this::factor, PRODUCTS);
  }

  private Expression chain(Supplier<Expression> operand, Set<String> operators) {
    Expression first = operand.get();
    List<Link> links = new ArrayList<>();
    while (operators.contains(token())) {
      char operator = token().charAt(0);
      next++;
      links.add(new Link(operator, operand.get()));
    }
    return links.isEmpty() ? first : new Chain(first, links);
  }

  private Expression factor() {
    deeper();
    Expression factor;
    String token = token();
    if (token.equals("(")) {
      factor = inParentheses();
    } else if (take("-")) {
      factor = new Chain(new Literal(0), List.of(new Link('-', factor())));
    } else if (Character.isDigit(token.charAt(0))) {
      factor = number(token);
      next++;
    } else {
      factor = new Variable(name(), line());
    }
    depth--;
    return factor;
  }

  private Literal number(String digits) {
    try {
      return new Literal(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      ComportaException refusal = refusal("a number of at most 64 bits", line());
      refusal.initCause(e);
      throw refusal;
    }
  }

  private String name() {
    String token = token();
    if (!NAME.matcher(token).matches() || KEYWORDS.contains(token)) {
      throw refusal("a number, a variable or the beginning of a statement", line());
    }
    next++;
    return token;
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw origin.refusal(
          formatted("at most %d nested parentheses and blocks", DEEPEST), "there are more", line());
    }
  }

  private int line() {
    return lines.get(at).number();
  }

  private String token() {
    return lines.get(at).tokens().get(next);
  }

  private boolean take(String token) {
    boolean taken = token().equals(token);
    next += taken ? 1 : 0;
    return taken;
  }

  private void require(String token) {
    oneOf(Set.of(token), "'" + token + "'");
  }

  private String oneOf(Set<String> tokens, String expected) {
    String token = token();
    if (!tokens.contains(token)) {
      throw refusal(expected, line());
    }
    next++;
    return token;
  }

  private ComportaException refusal(String expected, int line) {
    return origin.refusal(
        expected,
        token().equals(END) ? "got " + END : formatted("got '%s'", Printable.quote(token())),
        line);
  }
}
