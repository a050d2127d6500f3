# The list of clusters/threats.yaml.
if (fastly.ff.visits_this_service == 0 && client.ip ~ threats) {
  error 403 "Forbidden";
}
