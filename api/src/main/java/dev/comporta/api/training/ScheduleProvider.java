package dev.comporta.api.training;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes schedules of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface ScheduleProvider extends NamedProvider {
  /**
   * Makes a schedule.
   *
   * @param options what the schedule understands; options that are left unread are refused
   * @return the schedule
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  Schedule create(OptionReader options);

  /**
   * Makes a schedule that may be made of others.
   *
   * @param options what the schedule understands; options that are left unread are refused
   * @param catalog where schedules inside it are looked up
   * @return the schedule
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range
   */
  default Schedule create(OptionReader options, Catalog catalog) {
    return create(options);
  }
}
