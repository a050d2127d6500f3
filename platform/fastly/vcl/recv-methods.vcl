# Files are only read. FASTLYPURGE is Fastly's own, and asks for a token.
if (req.method !~ "^(GET|HEAD|OPTIONS|FASTLYPURGE)$") {
  error 405 "Method Not Allowed";
}
# A file is the same for everybody.
unset req.http.Cookie;
unset req.http.Authorization;
