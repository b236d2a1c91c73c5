package dev.comporta.tasks.series;

/**
 * Forecasts of some steps ahead, each a linear function of the last rows of a table plus a
 * constant.
 *
 * @param columns F, the columns of the table; the first is forecast
 * @param lags P, how many rows are read
 * @param horizon H, how many steps are forecast
 * @param weights {@code [P F, H]}; row {@code k F + j} is for column j of the k-th row from the end
 * @param constants {@code [H]}
 */
@SuppressWarnings("ArrayRecordComponent") // created once, never compared
record LagForecast(int columns, int lags, int horizon, double[] weights, double[] constants) {

  /** The forecast of a step, from 0, that follows a row. */
  double at(double[] values, int lastRow, int step) {
    double sum = constants[step];
    for (int k = 0; k < lags; k++) {
      for (int j = 0; j < columns; j++) {
        sum += weights[(k * columns + j) * horizon + step] * values[(lastRow - k) * columns + j];
      }
    }
    return sum;
  }

  /** The mean of forecasts, which is such a forecast itself (Bates and Granger 1969). */
  static LagForecast mean(Iterable<LagForecast> members) {
    int count = 0;
    int most = 1;
    LagForecast any = members.iterator().next();
    for (LagForecast member : members) {
      count++;
      most = Math.max(most, member.lags);
    }
    double[] weights = new double[most * any.columns * any.horizon];
    double[] constants = new double[any.horizon];
    for (LagForecast member : members) {
      for (int i = 0; i < member.weights.length; i++) {
        weights[i] += member.weights[i] / count;
      }
      for (int i = 0; i < constants.length; i++) {
        constants[i] += member.constants[i] / count;
      }
    }
    return new LagForecast(any.columns, most, any.horizon, weights, constants);
  }
}
