"""Reading the back office's pages as a person does."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest

from provisioning.workstation.demo.fault import LinkError
from provisioning.workstation.demo.office import Office, hidden_fields, link_to, text_of

FORM = (
    '<main><form><input type="hidden" name="token" value="t1"><input name="username">'
    '<input type="password" name="password"></form></main>'
)
SALE = """<html><nav>Menu</nav><main><h1>Sale 1-000007</h1>
<script>ignored()</script>
<table><tr><th>Article</th><th>Amount</th></tr><tr><td>Nutella <b>400 g</b></td><td>3,79</td></tr>
</table><dl><div><dt>Total</dt><dd>3,79</dd></div></dl></main><footer>Balie</footer></html>"""


class Pages(BaseHTTPRequestHandler):
    """A back office that knows one person and one page."""

    def do_GET(self):
        signed_in = "session=1" in self.headers.get("Cookie", "")
        if self.path == "/sales/" and signed_in:
            self.answer(SALE)
        elif self.path == "/missing/":
            self.send_error(404)
        else:
            self.answer(FORM)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent == {"token": ["t1"], "username": ["demo"], "password": ["right"]}:
            self.answer("<main>Welcome</main>", "session=1")
        else:
            self.answer(FORM)

    def answer(self, page, cookie=None):
        self.send_response(200)
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture
def office():
    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Office(f"http://127.0.0.1:{server.server_port}/", "en")
    server.shutdown()
    thread.join()
    server.server_close()


def test_text_is_what_a_person_reads_row_by_row():
    assert text_of(SALE).splitlines() == [
        "Sale 1-000007",
        "Article  Amount",
        "Nutella 400 g  3,79",
        "Total  3,79",
    ]


def test_hidden_fields_are_found():
    assert hidden_fields(FORM) == {"token": "t1"}


def test_a_link_is_found_by_its_words():
    page = '<a href="/one/">First</a> <td><a href="/two/"> 1-000007 </a></td>'
    assert link_to("1-000007", page) == "/two/"
    assert link_to("1-000008", page) is None


def test_who_signed_in_sees_pages(office):
    office.sign_in("demo", "right")
    assert "1-000007" in office.page("sales/")


def test_a_wrong_password_is_a_broken_link(office):
    with pytest.raises(LinkError, match="page: demo could not sign in"):
        office.sign_in("demo", "wrong")


def test_a_page_that_is_not_there_is_a_broken_link(office):
    with pytest.raises(LinkError, match="404") as broken:
        office.page("missing/")
    assert broken.value.link == "page"
