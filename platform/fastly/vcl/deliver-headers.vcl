if (fastly.ff.visits_this_service == 0) {
  set resp.http.Strict-Transport-Security = "max-age=63072000; includeSubDomains; preload";
  set resp.http.X-Content-Type-Options = "nosniff";
  unset resp.http.Server;
  unset resp.http.Via;
  unset resp.http.X-Powered-By;
}
