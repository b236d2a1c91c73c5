package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates learning-rate schedules of one kind. */
@API(status = API.Status.STABLE)
public interface ScheduleProvider extends NamedProvider {
  /**
   * Creates a schedule.
   *
   * @param options the options of the schedule; unread options are rejected
   * @return the schedule
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Schedule create(OptionReader options);

  /**
   * Creates a schedule that may contain other schedules.
   *
   * @param options the options of the schedule; unread options are rejected
   * @param catalog used to look up nested schedules
   * @return the schedule
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  default Schedule create(OptionReader options, Catalog catalog) {
    return create(options);
  }
}
