module example.labels {
  requires dev.comporta.frame;

  provides dev.comporta.frame.Task with
      example.labels.SentenceLabels;
}
