module example.app {
  requires dev.comporta.cells;

  provides dev.comporta.api.cell.CellProvider with
      example.app.LeakyCell.Provider;
}
