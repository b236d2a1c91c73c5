package my.cell.test;

import dev.comporta.api.model.Spec;
import dev.comporta.kit.CellContract;
import java.util.List;

// @start region="test"
class AntisymmetricCellTest extends CellContract {
  @Override
  protected List<Spec> specs() {
    return List.of(Spec.of("antisymmetric"), Spec.of("antisymmetric").with("gamma", 0.5));
  }
}
// @end region="test"
