# TLS 1.3 is what the hosts' configuration speaks; this holds where somebody gives a host another one.
# Between Fastly's own data centres the first of them has looked already.
if (fastly.ff.visits_this_service == 0 && req.restarts == 0 && req.http.Fastly-SSL && tls.client.protocol != "TLSv1.3") {
  error 426 "TLS 1.3 is required";
}
