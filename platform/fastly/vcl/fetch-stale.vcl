# The old answer is given while a new one is fetched, and for a day while no region is well.
set beresp.stale_while_revalidate = 60s;
set beresp.stale_if_error = 86400s;
if (beresp.status >= 500 && beresp.status < 600 && stale.exists) {
  return(deliver_stale);
}
