/** A cell of a third party. */
module my.cell {
  requires transitive dev.comporta.api;

  exports my.cell;

  provides dev.comporta.api.cell.CellProvider with
      my.cell.AntisymmetricCell.Provider;
}
