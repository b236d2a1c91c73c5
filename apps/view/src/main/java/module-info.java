/** Pages, images and charts of what models do. */
module dev.comporta.view {
  requires org.knowm.xchart;
  requires transitive dev.comporta.attention;
  requires transitive dev.comporta.serialization;
  requires transitive java.desktop;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports dev.comporta.view;
}
