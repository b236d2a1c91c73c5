package dev.comporta.lessons.page;

import dev.comporta.lessons.markup.Markup;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;

/**
 * Formulas in one line of text, and the same as MathML. {@code x_t} and {@code x^2} are scripts, of
 * {@code {several signs}} too; {@code {a}/{b}} is a fraction; {@code sum_{...}^{...}} is a sum.
 * Names such as phi become their letters; all other names are those of the code.
 */
final class MathMl {
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("phi", "φ"),
          Map.entry("sigma", "σ"),
          Map.entry("eta", "η"),
          Map.entry("theta", "θ"),
          Map.entry("alpha", "α"),
          Map.entry("gamma", "γ"),
          Map.entry("epsilon", "ε"),
          Map.entry("rho", "ρ"),
          Map.entry("lambda", "λ"),
          Map.entry("delta", "δ"),
          Map.entry("beta", "β"),
          Map.entry("psi", "ψ"),
          Map.entry("tau", "τ"),
          Map.entry("mu", "μ"));
  private static final Set<String> FUNCTIONS =
      Set.of(
          "tanh", "sigmoid", "softmax", "relu", "max", "min", "log", "exp", "step", "argmax",
          "diag", "sqrt", "score");
  private static final Set<String> WORDS = Set.of("and", "or", "not", "xor", "if");
  private static final Map<Character, String> SIGNS =
      Map.of('*', "⊙", '-', "−", '<', "&lt;", '>', "&gt;", '&', "&amp;", '\'', "′");

  private MathMl() {}

  /** The formula as text: without the braces that scripts do not need. */
  static String plain(String source) {
    StringBuilder text = new StringBuilder();
    Deque<Boolean> kept = new ArrayDeque<>();
    for (int i = 0; i < source.length(); i++) {
      char sign = source.charAt(i);
      if (sign == '{') {
        kept.push(i > 0 && "_^".indexOf(source.charAt(i - 1)) >= 0);
      }
      if ((sign != '{' && sign != '}') || kept.element()) {
        text.append(sign);
      }
      if (sign == '}') {
        kept.pop();
      }
    }
    return text.toString();
  }

  static String element(String source) {
    return "<math display=\"block\" xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\""
        + Markup.escaped(plain(source))
        + "\"><mrow>"
        + new Parser(source).rest('\0')
        + "</mrow></math>";
  }

  /** Reads from left to right; a script or a fraction takes the atom before it. */
  private static final class Parser {
    private final String source;
    private int at;

    Parser(String source) {
      this.source = source;
    }

    String rest(char end) {
      StringBuilder row = new StringBuilder();
      while (at < source.length() && source.charAt(at) != end) {
        if (source.charAt(at) == ' ') {
          at++;
          continue;
        }
        boolean large = source.startsWith("sum", at);
        String atom = atom();
        String below = script('_');
        String above = script('^');
        if (at < source.length()
            && source.charAt(at) == '/'
            && at + 1 < source.length()
            && source.charAt(at + 1) == '{') {
          at++;
          atom = "<mfrac>" + atom + atom() + "</mfrac>";
        }
        row.append(scripted(atom, below, above, large));
      }
      return row.toString();
    }

    private static String scripted(String atom, String below, String above, boolean large) {
      String kind = large ? "munderover" : "msubsup";
      if (below.isEmpty() && above.isEmpty()) {
        return atom;
      }
      if (above.isEmpty()) {
        kind = large ? "munder" : "msub";
      } else if (below.isEmpty()) {
        kind = large ? "mover" : "msup";
      }
      return "<" + kind + ">" + atom + below + above + "</" + kind + ">";
    }

    private String script(char sign) {
      if (at < source.length() && source.charAt(at) == sign) {
        at++;
        return atom();
      }
      return "";
    }

    private String atom() {
      char first = source.charAt(at);
      if (first == '{') {
        at++;
        String inner = rest('}');
        at++;
        return "<mrow>" + inner + "</mrow>";
      }
      int from = at;
      if (Character.isLetter(first)) {
        while (at < source.length() && Character.isLetterOrDigit(source.charAt(at))) {
          at++;
        }
        String name = source.substring(from, at);
        if (name.equals("sum")) {
          return "<mo>∑</mo>";
        }
        String base = name.replaceAll("\\d+$", "");
        String letter = LETTERS.getOrDefault(base, base) + name.substring(base.length());
        if (WORDS.contains(name)) {
          return "<mo lspace=\"0.3em\" rspace=\"0.3em\">" + name + "</mo>";
        }
        return FUNCTIONS.contains(name)
            ? "<mrow><mi mathvariant=\"normal\">"
                + letter
                + "</mi><mspace width=\"0.15em\"/></mrow>"
            : "<mi>" + letter + "</mi>";
      }
      if (Character.isDigit(first)) {
        while (at < source.length()
            && (Character.isDigit(source.charAt(at)) || source.charAt(at) == '.')) {
          at++;
        }
        return "<mn>" + source.substring(from, at) + "</mn>";
      }
      if (source.startsWith("<-", at)) {
        at += 2;
        return "<mo>←</mo>";
      }
      at++;
      if ("()[]".indexOf(first) >= 0) {
        return "<mo stretchy=\"false\">" + first + "</mo>";
      }
      return "<mo>" + SIGNS.getOrDefault(first, String.valueOf(first)) + "</mo>";
    }
  }
}
