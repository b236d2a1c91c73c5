// @start region="module"
open module my.cell.test {
  requires my.cell;
  requires dev.comporta.kit;
  // @end region="module"
  requires org.junit.platform.launcher;
}
