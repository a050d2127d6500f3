# Who asks is known to the first data centre alone; a client could have written this header itself.
if (fastly.ff.visits_this_service == 0 && req.restarts == 0) {
  set req.http.Fastly-Client-IP = client.ip;
}
