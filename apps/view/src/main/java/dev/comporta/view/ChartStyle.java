package dev.comporta.view;

import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;

/** What all charts look like. */
final class ChartStyle {
  /** Can be told apart by people who cannot tell red from green (Okabe and Ito 2008). */
  static final Color BLUE = new Color(0x0072b2);

  /** As {@link #BLUE}. */
  static final Color ORANGE = new Color(0xd55e00);

  private static final Color GRID = new Color(0xe3e8ed);

  private ChartStyle() {}

  /** Sets fonts, colours, the grid and the place of the legend. */
  static void apply(AxesChartStyler styler) {
    styler
        .setPlotGridVerticalLinesVisible(false)
        .setPlotGridLinesColor(GRID)
        .setAxisTickLabelsFont(LookDrawing.FONT)
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
        .setLocale(Locale.ROOT)
        .setBaseFont(LookDrawing.FONT)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15))
        .setLegendFont(LookDrawing.FONT)
        .setLegendPosition(Styler.LegendPosition.OutsideS)
        .setLegendLayout(Styler.LegendLayout.Horizontal)
        .setLegendBorderColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(LookDrawing.INK);
  }
}
