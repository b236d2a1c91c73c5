package dev.comporta.tasks.video;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.frame.Score;
import dev.comporta.inference.Classification;
import dev.comporta.inference.VideoModel;
import dev.comporta.inference.content.StoredVideo;
import dev.comporta.training.metrics.ConfusionMatrix;
import dev.comporta.training.metrics.RegressionErrors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How well a model reads clips, next to a baseline. */
final class VideoScores {
  /** A pixel of this probability belongs to a mask. */
  static final float INSIDE = 0.5f;

  /** Levels of the mean mask that are tried as the border of a constant one. */
  private static final int LEVELS = 10;

  private final VideoModel model;
  private final List<Clip> scored;
  private final List<Clip> fitted;
  private final String fittedName;

  /**
   * Scores a model.
   *
   * @param scored the clips
   * @param fitted those with the most frequent label and the mean of the baseline
   * @param fittedName where these are from, for the name of the baseline
   */
  VideoScores(VideoModel model, List<Clip> scored, List<Clip> fitted, String fittedName) {
    this.model = model;
    this.scored = scored;
    this.fitted = fitted;
    this.fittedName = fittedName;
  }

  Score score() {
    return switch (model.target()) {
      case FRAMES -> frames();
      case GESTURE -> gestures();
      case BOX -> boxes();
      case MASK -> masks();
      case STEERING -> numbers();
    };
  }

  /** The peak signal-to-noise ratio in decibels for intensities from 0 to 1. */
  static double psnr(double squaredError) {
    return -10 * Math.log10(squaredError);
  }

  /** The mean squared difference of two arrays from places on. */
  static double squaredError(float[] one, int from, float[] other, int otherFrom, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double error = one[from + i] - (double) other[otherFrom + i];
      sum += error * error;
    }
    return sum / count;
  }

  /** The frame at each place of the clips that are fitted, on average. */
  private float[] meanFrame(int features) {
    double[] sum = new double[features];
    long count = 0;
    for (Clip clip : fitted) {
      count += clip.frames();
      for (int i = 0; i < clip.pixels().length; i++) {
        sum[i % features] += clip.pixels()[i];
      }
    }
    float[] mean = new float[features];
    for (int i = 0; i < features; i++) {
      mean[i] = (float) (sum[i] / count);
    }
    return mean;
  }

  private Score frames() {
    StoredVideo video = model.format();
    int features = video.features();
    List<float[]> next =
        model.nextFrames(scored.stream().map(clip -> clip.part(0, video.given())).toList());
    double[] errors = new double[video.ahead()];
    double[] last = new double[video.ahead()];
    double[] means = new double[video.ahead()];
    float[] mean = meanFrame(features);
    for (int i = 0; i < scored.size(); i++) {
      float[] pixels = scored.get(i).pixels();
      for (int k = 0; k < video.ahead(); k++) {
        int truth = (video.given() + k) * features;
        errors[k] += squaredError(next.get(i), k * features, pixels, truth, features);
        last[k] += squaredError(pixels, (video.given() - 1) * features, pixels, truth, features);
        means[k] += squaredError(mean, 0, pixels, truth, features);
      }
    }
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%-11s  %8s  %8s  %19s  %19s",
            "frame ahead", "MSE", "PSNR", "MSE of last frame", "MSE of mean frame"));
    List<Map<String, Object>> each = new ArrayList<>();
    for (int k = 0; k < video.ahead(); k++) {
      double mse = errors[k] / scored.size();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("frame", k + 1);
      row.put("mse", mse);
      row.put("psnr", Score.finite(psnr(mse)));
      row.put("last_frame", last[k] / scored.size());
      row.put("mean_frame", means[k] / scored.size());
      each.add(row);
      text.append(
          formatted(
              "%n%11d  %8.5f  %5.2f dB  %19.5f  %19.5f",
              k + 1, mse, psnr(mse), last[k] / scored.size(), means[k] / scored.size()));
    }
    double mse = Arrays.stream(errors).sum() / scored.size() / video.ahead();
    double baseline = Arrays.stream(last).sum() / scored.size() / video.ahead();
    int end = video.ahead() - 1;
    text.append(
        formatted(
            "%nMSE %.5f, PSNR %.2f dB over %,d clips; %d frames ahead, the MSE is %.2f times that of the last frame",
            mse, psnr(mse), scored.size(), video.ahead(), errors[end] / last[end]));
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("mse", mse);
    figures.put("psnr", psnr(mse));
    figures.put("clips", scored.size());
    figures.put("ratio_at_end", errors[end] / last[end]);
    figures.put("frames", each);
    return Score.lower("mse", figures, text.toString())
        .against("repeating the last frame", baseline);
  }

  private Score gestures() {
    List<String> labels = model.labels();
    ConfusionMatrix matrix = new ConfusionMatrix(labels.size());
    List<List<Classification>> answers =
        model.labelFrames(scored.stream().map(Clip::pixels).toList());
    long frames = 0;
    long right = 0;
    for (int i = 0; i < scored.size(); i++) {
      String label = scored.get(i).label();
      frames += answers.get(i).size();
      right += answers.get(i).stream().filter(it -> it.label().equals(label)).count();
      matrix.add(labels.indexOf(label), labels.indexOf(answers.get(i).getLast().label()));
    }
    Map<String, Integer> counts = new TreeMap<>();
    fitted.forEach(clip -> counts.merge(clip.label(), 1, Integer::sum));
    String frequent = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    double baseline =
        scored.stream().filter(it -> it.label().equals(frequent)).count() / (double) scored.size();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("accuracy", matrix.accuracy());
    figures.put("frame_accuracy", (double) right / frames);
    figures.put("clips", scored.size());
    StringBuilder text = new StringBuilder();
    text.append(
        formatted(
            "%.2f %% of %,d clips have the right label after their last frame, %.2f %% of all frames",
            100 * matrix.accuracy(), scored.size(), 100.0 * right / frames));
    Map<String, Object> each = new LinkedHashMap<>();
    int width = Math.max(5, labels.stream().mapToInt(String::length).max().orElse(0));
    text.append(
        formatted("%n%-" + width + "s  %6s  %9s  %7s", "label", "clips", "precision", "recall"));
    for (int label = 0; label < labels.size(); label++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("count", matrix.actual(label));
      row.put("precision", matrix.precision(label));
      row.put("recall", matrix.recall(label));
      each.put(labels.get(label), row);
      text.append(
          formatted(
              "%n%-" + width + "s  %6d  %9.4f  %7.4f",
              labels.get(label),
              matrix.actual(label),
              matrix.precision(label),
              matrix.recall(label)));
    }
    figures.put("labels", each);
    return Score.higher("accuracy", figures, text.toString())
        .against("the most frequent label " + fittedName, baseline);
  }

  /** The area that two boxes share over the area that either covers; 0 if neither has one. */
  static double overlap(float[] one, int at, float[] other, int otherAt) {
    double width = Math.min(one[at + 2], other[otherAt + 2]) - Math.max(one[at], other[otherAt]);
    double height =
        Math.min(one[at + 3], other[otherAt + 3]) - Math.max(one[at + 1], other[otherAt + 1]);
    double shared = Math.max(0, width) * Math.max(0, height);
    double either = area(one, at) + area(other, otherAt) - shared;
    return either > 0 ? shared / either : 0;
  }

  private static double area(float[] box, int at) {
    return Math.max(0, (double) box[at + 2] - box[at])
        * Math.max(0, (double) box[at + 3] - box[at + 1]);
  }

  private Score boxes() {
    List<float[]> answers = model.numbers(scored.stream().map(Clip::pixels).toList());
    float[] mean = means(StoredVideo.BOX);
    double sum = 0;
    double baseline = 0;
    long frames = 0;
    long half = 0;
    for (int i = 0; i < scored.size(); i++) {
      float[] truth = scored.get(i).values();
      for (int at = 0; at < truth.length; at += StoredVideo.BOX) {
        double overlap = overlap(answers.get(i), at, truth, at);
        sum += overlap;
        half += overlap >= 0.5 ? 1 : 0;
        baseline += overlap(mean, 0, truth, at);
        frames++;
      }
    }
    return overlaps(sum / frames, half, frames)
        .against("the mean box " + fittedName, baseline / frames);
  }

  /**
   * The number of pixels that belong to both masks over that of pixels that belong to either; 1 if
   * neither has one, since nothing was there and nothing was found.
   */
  static double overlap(float[] one, int at, float[] other, int otherAt, int pixels) {
    int shared = 0;
    int either = 0;
    for (int i = 0; i < pixels; i++) {
      boolean first = one[at + i] >= INSIDE;
      boolean second = other[otherAt + i] >= INSIDE;
      shared += first && second ? 1 : 0;
      either += first || second ? 1 : 0;
    }
    return either > 0 ? (double) shared / either : 1;
  }

  private Score masks() {
    int pixels = model.format().ofMasks().features();
    List<float[]> answers = model.masks(scored.stream().map(Clip::pixels).toList());
    float[] constant = constantMask(pixels);
    double sum = 0;
    double baseline = 0;
    long frames = 0;
    long half = 0;
    for (int i = 0; i < scored.size(); i++) {
      float[] truth = scored.get(i).values();
      for (int at = 0; at < truth.length; at += pixels) {
        double overlap = overlap(answers.get(i), at, truth, at, pixels);
        sum += overlap;
        half += overlap >= 0.5 ? 1 : 0;
        baseline += overlap(constant, 0, truth, at, pixels);
        frames++;
      }
    }
    return overlaps(sum / frames, half, frames)
        .against("the best constant mask " + fittedName, baseline / frames);
  }

  /**
   * The pixels that belong to masks most often; how many of them is what fits the clips best that
   * are fitted.
   */
  private float[] constantMask(int pixels) {
    float[] mean = means(pixels);
    float most = 0;
    for (float value : mean) {
      most = Math.max(most, value);
    }
    float[] best = mean;
    double bestSum = -1;
    for (int level = 1; level < LEVELS; level++) {
      float[] mask = new float[pixels];
      for (int i = 0; i < pixels; i++) {
        mask[i] = mean[i] >= most * level / LEVELS ? 1 : 0;
      }
      double sum = 0;
      for (Clip clip : fitted) {
        for (int at = 0; at < clip.values().length; at += pixels) {
          sum += overlap(mask, 0, clip.values(), at, pixels);
        }
      }
      if (sum > bestSum) {
        best = mask;
        bestSum = sum;
      }
    }
    return best;
  }

  /** The mean overlap, and how often it is half or more. */
  private Score overlaps(double mean, long half, long frames) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("iou", mean);
    figures.put("at_half", (double) half / frames);
    figures.put("clips", scored.size());
    figures.put("count", frames);
    return Score.higher(
        "iou",
        figures,
        formatted(
            "mean IoU %.4f over %,d frames of %,d clips; IoU is 0.5 or more in %.2f %% of the frames",
            mean, frames, scored.size(), 100.0 * half / frames));
  }

  /** The mean of each number of a frame. */
  private float[] means(int size) {
    double[] sum = new double[size];
    long count = 0;
    for (Clip clip : fitted) {
      count += clip.frames();
      for (int i = 0; i < clip.values().length; i++) {
        sum[i % size] += clip.values()[i];
      }
    }
    float[] means = new float[size];
    for (int i = 0; i < size; i++) {
      means[i] = (float) (sum[i] / count);
    }
    return means;
  }

  private Score numbers() {
    List<float[]> answers = model.numbers(scored.stream().map(Clip::pixels).toList());
    float mean = means(1)[0];
    RegressionErrors errors = new RegressionErrors();
    RegressionErrors baseline = new RegressionErrors();
    for (int i = 0; i < scored.size(); i++) {
      float[] truth = scored.get(i).values();
      errors.add(answers.get(i), truth);
      for (float value : truth) {
        baseline.add(mean, value);
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("mae", errors.mae());
    figures.put("rmse", errors.rmse());
    figures.put("clips", scored.size());
    figures.put("count", errors.count());
    return Score.lower(
            "mae",
            figures,
            formatted(
                "MAE %.4f, RMSE %.4f over %,d frames of %,d clips",
                errors.mae(), errors.rmse(), errors.count(), scored.size()))
        .against("the mean " + fittedName, baseline.mae());
  }
}
