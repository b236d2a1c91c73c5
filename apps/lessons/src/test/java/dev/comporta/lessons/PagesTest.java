package dev.comporta.lessons;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.lessons.page.HtmlPage;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.PageObject;
import dev.comporta.lessons.page.PlainText;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.page.Words;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Every lesson as a page in every language; the lessons train for a moment only. */
class PagesTest {
  private static final List<Page> PAGES = new ArrayList<>();

  @BeforeAll
  static void run() {
    for (Lesson lesson : Lessons.all()) {
      PAGES.add(Page.of(lesson, new Setting(1, 2, Map.of())));
    }
  }

  private static Document parsed(String html) throws Exception {
    assertThat(html).startsWith("<!DOCTYPE html>");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html.substring("<!DOCTYPE html>".length()))));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  @Test
  void pagesAreWellFormedInEveryLanguageAndNeedNoNetwork() throws Exception {
    for (String language : Words.LANGUAGES) {
      String html = HtmlPage.of(PAGES, Words.of(language));
      Document document = parsed(html);
      assertThat(document.getDocumentElement().getAttribute("lang")).isEqualTo(language);
      assertThat(html.replaceAll("xmlns=\"[^\"]*\"", ""))
          .doesNotContain("http:", "https:", "<script", "url(", "@import", "<img", "<link");
      assertThat(elements(document, "article")).hasSize(Lessons.all().size());
      Set<String> ids = new HashSet<>();
      for (Element element : elements(document, "*")) {
        if (element.hasAttribute("id")) {
          assertThat(ids.add(element.getAttribute("id"))).as(element.getAttribute("id")).isTrue();
        }
      }
      for (Element link : elements(document, "a")) {
        assertThat(ids).contains(link.getAttribute("href").substring(1));
      }
    }
  }

  @Test
  void everyFigureHasATextAndItsNumbers() throws Exception {
    Document document = parsed(HtmlPage.of(PAGES, Words.of("en")));
    List<Element> drawings = elements(document, "svg");
    assertThat(drawings).hasSizeGreaterThan(40);
    for (Element svg : drawings) {
      assertThat(svg.getAttribute("role")).isEqualTo("img");
      assertThat(svg.getAttribute("aria-label")).isNotBlank();
      assertThat(svg.getFirstChild().getNodeName()).isEqualTo("title");
      Element figure = (Element) svg.getParentNode();
      assertThat(figure.getElementsByTagName("figcaption").getLength()).isOne();
      assertThat(figure.getElementsByTagName("table").getLength()).isOne();
    }
    for (Element formula : elements(document, "math")) {
      assertThat(formula.getAttribute("alttext")).isNotBlank();
    }
  }

  /** Coordinates outside of the view box would be cut off. */
  @Test
  void drawingsStayInsideOfTheirBox() throws Exception {
    Document document = parsed(HtmlPage.of(PAGES, Words.of("de")));
    for (Element svg : elements(document, "svg")) {
      String[] box = svg.getAttribute("viewBox").split(" ", -1);
      NodeList marks = svg.getElementsByTagName("rect");
      for (int i = 0; i < marks.getLength(); i++) {
        Element mark = (Element) marks.item(i);
        double right =
            Double.parseDouble(mark.getAttribute("x"))
                + Double.parseDouble(mark.getAttribute("width"));
        double bottom =
            Double.parseDouble(mark.getAttribute("y"))
                + Double.parseDouble(mark.getAttribute("height"));
        assertThat(right).isBetween(0.0, Double.parseDouble(box[2]) + 1);
        assertThat(bottom).isBetween(0.0, Double.parseDouble(box[3]) + 1);
      }
      assertThat(svg.toString()).doesNotContain("NaN");
    }
  }

  @Test
  void textAndJsonHaveTheResult() {
    for (Page page : PAGES) {
      for (String language : Words.LANGUAGES) {
        Words words = Words.of(language);
        StringWriter text = new StringWriter();
        PlainText.print(page, words, new PrintWriter(text, true));
        String result = PageObject.result(page, words);
        assertThat(result).doesNotContain("{");
        assertThat(text.toString().replace('\n', ' ')).contains(result.split("[;:]", -1)[0]);
        assertThat(text.toString()).contains("./comporta lesson " + page.name());
        assertThat(PageObject.of(page, words)).containsEntry("result", result);
      }
    }
  }

  @Test
  void equalSeedsGiveEqualPages() {
    for (String name : List.of("layer", "bptt", "series")) {
      Setting setting = new Setting(5, 2, Map.of());
      assertThat(HtmlPage.of(List.of(Page.of(Lessons.find(name), setting)), Words.of("pt")))
          .isEqualTo(HtmlPage.of(List.of(Page.of(Lessons.find(name), setting)), Words.of("pt")));
    }
  }
}
