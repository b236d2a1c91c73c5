/** Training: losses, optimizers, truncated BPTT, data, metrics, checkpoint state. */
module dev.comporta.training {
  requires transitive dev.comporta.cells;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.training;
  exports dev.comporta.training.clipping;
  exports dev.comporta.training.data;
  exports dev.comporta.training.listeners;
  exports dev.comporta.training.metrics;
  exports dev.comporta.training.sound;
  exports dev.comporta.training.tags;
  exports dev.comporta.training.targets;
  exports dev.comporta.training.text;

  provides dev.comporta.api.training.InitializerProvider with
      dev.comporta.training.initializer.Chrono,
      dev.comporta.training.initializer.Constant,
      dev.comporta.training.initializer.Decay,
      dev.comporta.training.initializer.ForgetBias,
      dev.comporta.training.initializer.GlorotNormal,
      dev.comporta.training.initializer.GlorotUniform,
      dev.comporta.training.initializer.HeNormal,
      dev.comporta.training.initializer.HeUniform,
      dev.comporta.training.initializer.Identity,
      dev.comporta.training.initializer.LecunNormal,
      dev.comporta.training.initializer.LecunUniform,
      dev.comporta.training.initializer.Normal,
      dev.comporta.training.initializer.Ones,
      dev.comporta.training.initializer.Orthogonal,
      dev.comporta.training.initializer.Ring,
      dev.comporta.training.initializer.Uniform,
      dev.comporta.training.initializer.Zeros;
  provides dev.comporta.api.training.LossProvider with
      dev.comporta.training.loss.BinaryCrossEntropy,
      dev.comporta.training.loss.Crf,
      dev.comporta.training.loss.CrossEntropy,
      dev.comporta.training.loss.Ctc,
      dev.comporta.training.loss.ErrorRate,
      dev.comporta.training.loss.Focal,
      dev.comporta.training.loss.Huber,
      dev.comporta.training.loss.KlDivergence,
      dev.comporta.training.loss.Mae,
      dev.comporta.training.loss.MixtureDensity,
      dev.comporta.training.loss.Mse,
      dev.comporta.training.loss.Nll,
      dev.comporta.training.loss.PolicyGradient,
      dev.comporta.training.loss.Quantile,
      dev.comporta.training.loss.SmoothL1;
  provides dev.comporta.api.training.OptimizerProvider with
      dev.comporta.training.optimizer.Adadelta,
      dev.comporta.training.optimizer.Adagrad,
      dev.comporta.training.optimizer.Adam,
      dev.comporta.training.optimizer.AdamW,
      dev.comporta.training.optimizer.Adamax,
      dev.comporta.training.optimizer.AmsGrad,
      dev.comporta.training.optimizer.Nadam,
      dev.comporta.training.optimizer.Radam,
      dev.comporta.training.optimizer.RmsProp,
      dev.comporta.training.optimizer.Sgd;
  provides dev.comporta.api.training.ScheduleProvider with
      dev.comporta.training.schedule.ConstantRate,
      dev.comporta.training.schedule.Cosine,
      dev.comporta.training.schedule.EpochDecay,
      dev.comporta.training.schedule.ExponentialDecay,
      dev.comporta.training.schedule.LinearWarmup,
      dev.comporta.training.schedule.OneCycle,
      dev.comporta.training.schedule.ReduceOnPlateau,
      dev.comporta.training.schedule.StepDecay;
}
