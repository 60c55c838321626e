package io.github.seinpaal.jmh;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.github.seinpaal.jmh.Results.Point;
import io.github.seinpaal.jmh.Results.Samples;
import io.github.seinpaal.jmh.Statistics.Estimate;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.markers.SeriesMarkers;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws a chart per benchmark and JDK, with a panel per parameter. */
@Command(
    name = "chart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    header = "Draws SVG charts from JMH's JSON.",
    description =
        "One chart per benchmark and JDK, a panel per parameter; medians with the intervals of"
            + " ratios.")
final class ChartCommand implements Callable<Integer> {
  private static final int PANEL_WIDTH = 400;
  private static final int PANEL_HEIGHT = 320;
  private static final int PANELS_PER_ROW = 3;
  private static final int TICKS = 36;
  private static final int HEADER = 70;
  private static final Color INK = new Color(0x22, 0x22, 0x22);
  private static final Color FAINT = new Color(0xDD, 0xDD, 0xDD);

  /** How a rival is drawn: a colour that the colour-blind can tell, dashes when not fair. */
  private record Look(String label, Color color, boolean dashed) {}

  private static final Map<String, Look> LOOKS = new LinkedHashMap<>();

  static {
    LOOKS.put("seinpaal", new Look("Seinpaal", new Color(0x00, 0x72, 0xB2), true));
    LOOKS.put("seinpaalFair", new Look("Seinpaal fair", new Color(0x00, 0x72, 0xB2), false));
    LOOKS.put("seinpaalMax", new Look("Seinpaal, maximum", new Color(0x56, 0xB4, 0xE9), true));
    LOOKS.put(
        "seinpaalFairMax", new Look("Seinpaal fair, maximum", new Color(0x56, 0xB4, 0xE9), false));
    LOOKS.put("juc", new Look("j.u.c.", new Color(0xD5, 0x5E, 0x00), true));
    LOOKS.put("jucFair", new Look("j.u.c. fair", new Color(0xD5, 0x5E, 0x00), false));
    LOOKS.put("floor", new Look("floor", new Color(0x99, 0x99, 0x99), false));
  }

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "JSON files, or directories of them.")
  private List<Path> files;

  @Option(
      names = "--out",
      defaultValue = "jmh-charts",
      description = "Directory of the charts; default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--without",
      split = ",",
      paramLabel = "RIVAL",
      description = "Leave these rivals out, as floor.")
  private List<String> without = List.of();

  @Override
  public Integer call() throws Exception {
    System.setProperty("java.awt.headless", "true");
    Results results = Results.load(files);
    Map<String, List<Point>> charts = new TreeMap<>();
    for (Point p : results.points.keySet()) {
      if (!p.mode().equals("sample")) {
        charts
            .computeIfAbsent(
                p.benchmark().replaceFirst("\\..*", "") + "-jdk" + p.feature(),
                k -> new ArrayList<>())
            .add(p);
      }
    }
    if (charts.isEmpty()) {
      System.err.println("nothing to draw in " + files);
      return 1;
    }
    Files.createDirectories(out);
    for (Map.Entry<String, List<Point>> chart : charts.entrySet()) {
      Path file = out.resolve(chart.getKey() + ".svg");
      draw(chart.getValue(), results, file);
      System.out.println(file);
    }
    return 0;
  }

  private void draw(List<Point> points, Results results, Path file) throws IOException {
    Axis axis = Axis.of(points);
    Map<String, List<Point>> panels = new TreeMap<>(Results::compareNatural);
    for (Point p : points) {
      panels.computeIfAbsent(axis.panelOf(p), k -> new ArrayList<>()).add(p);
    }
    TreeSet<String> rivals =
        new TreeSet<>(Comparator.comparingInt(r -> new ArrayList<>(LOOKS.keySet()).indexOf(r)));
    for (Point p : points) {
      rivals.addAll(results.points.get(p).keySet());
    }
    rivals.removeIf(r -> !LOOKS.containsKey(r) || without.contains(r));

    Range range = Range.of(points, rivals, results, axis.bars());

    int panelWidth = axis.bars() ? 3 * PANEL_WIDTH / 2 : PANEL_WIDTH;
    int columns = Math.min(axis.bars() ? 2 : PANELS_PER_ROW, panels.size());
    int rows = (panels.size() + columns - 1) / columns;
    int width = Math.max(700, columns * panelWidth);
    int height = HEADER + rows * PANEL_HEIGHT;
    VectorGraphics2D g = new VectorGraphics2D();
    g.setColor(Color.WHITE);
    g.fill(new Rectangle2D.Double(0, 0, width, height));
    header(g, points.get(0), rivals, axis.bars());
    int i = 0;
    for (Map.Entry<String, List<Point>> panel : panels.entrySet()) {
      String title = panel.getKey();
      List<Point> shown = panel.getValue();
      AffineTransform before = g.getTransform();
      g.translate(i % columns * panelWidth, HEADER + i / columns * PANEL_HEIGHT);
      if (axis.bars()) {
        bars(axis, title, shown, rivals, results, range, panelWidth)
            .paint(g, panelWidth, PANEL_HEIGHT);
      } else {
        XYChart chart = lines(axis, title, shown, rivals, results, range, panelWidth);
        chart.paint(g, panelWidth, PANEL_HEIGHT - TICKS);
        ticks(g, axis, shown, chart);
      }
      g.setTransform(before);
      i++;
    }
    Document document =
        new SVGProcessor().getDocument(g.getCommands(), new PageSize(width, height));
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    document.writeTo(svg);
    Files.writeString(file, tidy(svg.toString(StandardCharsets.UTF_8)));
  }

  /** Two decimals are enough, and the font of this machine may be missing on the reader's. */
  private static String tidy(String svg) {
    return Pattern.compile("-?\\d+\\.\\d{3,}(?:E-\\d+)?")
        .matcher(svg)
        .replaceAll(
            m ->
                BigDecimal.valueOf(Double.parseDouble(m.group()))
                    .setScale(2, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros()
                    .toPlainString())
        .replaceAll("font-family:&quot;[^&]*&quot;", "font-family:sans-serif");
  }

  private static void header(VectorGraphics2D g, Point p, TreeSet<String> rivals, boolean bars) {
    g.setColor(INK);
    g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    g.drawString(p.benchmark().replaceFirst("\\..*", "") + ", JDK " + p.jdk(), 16, 28);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    int x = 16;
    for (String rival : rivals) {
      Look look = LOOKS.get(rival);
      g.setColor(look.color());
      if (bars) {
        g.setColor(fill(look));
        g.fill(new Rectangle2D.Double(x, 46, 16, 12));
        g.setColor(look.color());
        g.setStroke(new BasicStroke(1.5f));
        g.draw(new Rectangle2D.Double(x, 46, 16, 12));
      } else {
        g.setStroke(stroke(look));
        g.drawLine(x, 52, x + 28, 52);
      }
      g.setColor(INK);
      g.drawString(look.label(), x + (bars ? 22 : 34), 56);
      x += (bars ? 22 : 34) + 20 + g.getFontMetrics().stringWidth(look.label());
    }
  }

  /** Lines over threads or waiters; the interval of each point is a thin line through it. */
  private static XYChart lines(
      Axis axis,
      String title,
      List<Point> points,
      TreeSet<String> rivals,
      Results results,
      Range range,
      int width) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(PANEL_HEIGHT)
            .theme(ChartTheme.XChart)
            .title(title)
            .yAxisTitle(points.get(0).unit().replace("us", "µs"))
            .build();
    style(chart.getStyler());
    List<String> ticks = axis.ticksOf(points);
    chart.getStyler().setXAxisMin(-0.35);
    chart.getStyler().setXAxisMax(ticks.size() - 0.65);
    chart.getStyler().setXAxisTicksVisible(false);
    chart.getStyler().setXAxisTitleVisible(false);
    int place = 0;
    for (String rival : rivals) {
      double shift = 0.05 * (place++ - (rivals.size() - 1) / 2.0);
      List<Double> xs = new ArrayList<>();
      List<Double> ys = new ArrayList<>();
      Look look = LOOKS.get(rival);
      for (Point p : points) {
        Samples samples = results.points.get(p).get(rival);
        if (samples == null || samples.isEmpty()) {
          continue;
        }
        Estimate e = Statistics.median(samples.forks);
        double x = ticks.indexOf(axis.tickOf(p)) + shift;
        xs.add(x);
        ys.add(e.value());
        XYSeries interval =
            chart.addSeries(
                rival + " interval at " + axis.tickOf(p),
                new double[] {x, x},
                new double[] {e.low(), e.high()});
        interval.setMarker(SeriesMarkers.NONE);
        interval.setLineColor(look.color());
        interval.setLineStyle(new BasicStroke(1f));
      }
      if (!xs.isEmpty()) {
        XYSeries series = chart.addSeries(rival, xs, ys);
        series.setLineColor(look.color());
        series.setLineStyle(stroke(look));
        series.setMarker(SeriesMarkers.CIRCLE);
        series.setMarkerColor(look.color());
      }
    }
    if (range.logarithmic()) {
      chart.getStyler().setYAxisLogarithmic(true);
    }
    chart.getStyler().setYAxisMin(range.low());
    chart.getStyler().setYAxisMax(range.high());
    return chart;
  }

  /** Bars by operation; what stands on them is half the interval up and down. */
  private static CategoryChart bars(
      Axis axis,
      String title,
      List<Point> points,
      TreeSet<String> rivals,
      Results results,
      Range range,
      int width) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(width)
            .height(PANEL_HEIGHT)
            .theme(ChartTheme.XChart)
            .title(title)
            .yAxisTitle(points.get(0).unit().replace("us", "µs"))
            .build();
    style(chart.getStyler());
    chart.getStyler().setErrorBarsColor(INK);
    chart.getStyler().setAvailableSpaceFill(0.85);
    List<String> ticks = axis.ticksOf(points);
    for (String rival : rivals) {
      Double[] values = new Double[ticks.size()];
      Double[] errors = new Double[ticks.size()];
      for (Point p : points) {
        Samples samples = results.points.get(p).get(rival);
        if (samples != null && !samples.isEmpty()) {
          int tick = ticks.indexOf(axis.tickOf(p));
          Estimate e = Statistics.median(samples.forks);
          values[tick] = e.value();
          errors[tick] = Math.min((e.high() - e.low()) / 2, e.value());
        }
      }
      if (Arrays.stream(values).anyMatch(Objects::nonNull)) {
        Look look = LOOKS.get(rival);
        CategorySeries series =
            chart.addSeries(rival, ticks, Arrays.asList(values), Arrays.asList(errors));
        series.setFillColor(fill(look));
        series.setLineColor(look.color());
      }
    }
    chart.getStyler().setYAxisMin(0.0);
    chart.getStyler().setYAxisMax(range.high());
    return chart;
  }

  /** Labels at whole numbers under a painted chart; its own would stand at round decimals. */
  private static void ticks(VectorGraphics2D g, Axis axis, List<Point> points, XYChart chart) {
    g.setColor(INK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    FontMetrics metrics = g.getFontMetrics();
    List<String> ticks = axis.ticksOf(points);
    int y = PANEL_HEIGHT - TICKS + 8;
    for (int i = 0; i < ticks.size(); i++) {
      double x = chart.getScreenXFromChart(i) - metrics.stringWidth(ticks.get(i)) / 2.0;
      g.drawString(ticks.get(i), (float) x, y);
    }
    double middle = chart.getScreenXFromChart((ticks.size() - 1) / 2.0);
    g.drawString(axis.title(), (float) (middle - metrics.stringWidth(axis.title()) / 2.0), y + 18);
  }

  private static void style(AxesChartStyler styler) {
    Font small = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(FAINT);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartTitleBoxVisible(false);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    styler.setChartFontColor(INK);
    styler.setAxisTitleFont(small);
    styler.setAxisTickLabelsFont(small);
    styler.setAxisTicksMarksVisible(false);
    styler.setMarkerSize(6);
  }

  private static Color fill(Look look) {
    Color c = look.color();
    return look.dashed()
        ? new Color(
            (c.getRed() + 2 * 255) / 3, (c.getGreen() + 2 * 255) / 3, (c.getBlue() + 2 * 255) / 3)
        : c;
  }

  private static BasicStroke stroke(Look look) {
    return look.dashed()
        ? new BasicStroke(
            2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10f, new float[] {6f, 4f}, 0f)
        : new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
  }

  /** The vertical axis, the same in all panels of a chart. */
  private record Range(double low, double high, boolean logarithmic) {
    static Range of(List<Point> points, TreeSet<String> rivals, Results results, boolean bars) {
      double lowest = Double.MAX_VALUE;
      double highest = 0;
      for (Point p : points) {
        for (String rival : rivals) {
          Samples samples = results.points.get(p).get(rival);
          if (samples != null && !samples.isEmpty()) {
            Estimate e = Statistics.median(samples.forks);
            lowest = Math.min(lowest, e.low());
            highest = Math.max(highest, e.value() + Math.max(e.high() - e.low(), 0) / 2);
            highest = Math.max(highest, e.high());
          }
        }
      }
      if (bars || lowest <= 0 || highest < 20 * lowest) {
        return new Range(0, highest * 1.05, false);
      }
      return new Range(
          Math.pow(10, Math.floor(Math.log10(lowest))),
          Math.pow(10, Math.ceil(Math.log10(highest))),
          true);
    }
  }

  /** What runs along the horizontal axis: threads or waiters as lines, else operations as bars. */
  private enum Axis {
    THREADS("threads"),
    WAITING("waiters that stay"),
    OPERATION("");

    private final String title;

    Axis(String title) {
      this.title = title;
    }

    static Axis of(List<Point> points) {
      if (points.stream().mapToInt(Point::threads).distinct().count() > 1) {
        return THREADS;
      }
      return points.get(0).params().containsKey("waiting") ? WAITING : OPERATION;
    }

    String title() {
      return title;
    }

    boolean bars() {
      return this == OPERATION;
    }

    String tickOf(Point p) {
      return switch (this) {
        case THREADS -> String.valueOf(p.threads());
        case WAITING -> p.params().get("waiting");
        case OPERATION -> p.benchmark().replaceFirst(".*\\.", "");
      };
    }

    List<String> ticksOf(List<Point> points) {
      return points.stream().map(this::tickOf).distinct().sorted(Results::compareNatural).toList();
    }

    String panelOf(Point p) {
      StringBuilder text = new StringBuilder();
      if (this != OPERATION) {
        text.append(p.benchmark().replaceFirst(".*\\.", ""));
      }
      p.params()
          .forEach(
              (name, value) -> {
                if (!(this == WAITING && name.equals("waiting"))) {
                  text.append(text.length() == 0 ? "" : ", ")
                      .append(name)
                      .append(' ')
                      .append(value);
                }
              });
      return text.toString();
    }
  }
}
