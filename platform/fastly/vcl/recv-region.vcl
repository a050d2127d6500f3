# The first data centre says which region is the nearest, the one that shields the region keeps to it.
# Fastly's codes of data centres are mostly those of airports; where one is not, the user's country decides.
if (fastly.ff.visits_this_service == 0 && req.restarts == 0) {
  set req.http.X-Meridian-Region = table.lookup(nearer_regions, std.tolower(server.datacenter), table.lookup(nearer_regions, client.geo.country_code, ""));
}
