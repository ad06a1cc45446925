import ssl
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from collector.enrolment.authority import (
    Authority,
    AuthorityExists,
    AuthorityMissing,
    RequestRefused,
)
from collector.enrolment.names import NameRefused
from collector.enrolment.serving import prepare


@pytest.fixture
def authority(tmp_path):
    return Authority.create(tmp_path / "authority")


def request_for(name, key, algorithm=None):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, algorithm)
    return request.public_bytes(serialization.Encoding.PEM)


def common_name(certificate):
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return name.value


def test_the_authority_is_found_again_and_never_made_twice(authority):
    assert Authority.open(authority.folder).certificate == authority.certificate
    with pytest.raises(AuthorityExists, match="Keep it"):
        Authority.create(authority.folder)


def test_a_missing_authority_says_how_to_make_one(tmp_path):
    with pytest.raises(AuthorityMissing, match="authority init"):
        Authority.open(tmp_path)


def test_keys_are_readable_by_their_owner_only(authority):
    for name in ("ca.key", "collector.key"):
        assert stat.S_IMODE((authority.folder / name).stat().st_mode) == 0o600


def test_a_device_certificate_carries_its_name_and_is_for_clients_only(authority):
    identity = authority.issue_device("register-2")
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.certificate))
    assert common_name(certificate) == "register-2"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificate.not_valid_before_utc.year == 2024
    key = serialization.load_pem_private_key(identity.key, None)
    assert isinstance(key, Ed25519PrivateKey)
    assert serialization.load_pem_public_key(identity.public_key) == key.public_key()


def test_the_collector_has_an_identity_of_its_own(authority):
    certificate = x509.load_pem_x509_certificate(authority.collector.certificate)
    assert common_name(certificate) == "collector"
    assert b"PRIVATE KEY" in authority.collector.key


def test_a_key_made_on_the_device_is_signed_under_the_name_the_shop_gives(authority):
    key = Ed25519PrivateKey.generate()
    signed = authority.sign_request(request_for("collector", key), "register-3")
    certificate = x509.load_pem_x509_certificate(signed)
    assert common_name(certificate) == "register-3"
    assert certificate.public_key() == key.public_key()


def test_a_request_of_another_kind_of_key_is_refused(authority):
    request = request_for("register-3", ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    with pytest.raises(RequestRefused, match="Ed25519"):
        authority.sign_request(request, "register-3")


def test_a_request_signed_by_another_key_is_refused(authority):
    mine, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    request = x509.load_pem_x509_csr(request_for("register-3", mine))
    raw = serialization.PublicFormat.Raw
    forged = request.public_bytes(serialization.Encoding.DER).replace(
        mine.public_key().public_bytes(serialization.Encoding.Raw, raw),
        other.public_key().public_bytes(serialization.Encoding.Raw, raw),
    )
    pem = x509.load_der_x509_csr(forged).public_bytes(serialization.Encoding.PEM)
    with pytest.raises(RequestRefused, match="signature"):
        authority.sign_request(pem, "register-3")


@pytest.mark.parametrize("torn", [b"", b"-----BEGIN CERTIFICATE REQUEST-----\n", b"\xff\x00"])
def test_a_torn_request_is_refused(authority, torn):
    with pytest.raises(RequestRefused, match="something else"):
        authority.sign_request(torn, "register-3")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "collector",
        "collector-00-7f",
        "broker",
        "a/b",
        "+",
        "#",
        "a.b",
        "Register",
        "-a",
        "a-",
        "a" * 64,
        "é",
    ],
)
def test_a_name_that_means_something_to_the_broker_is_refused(authority, name):
    with pytest.raises(NameRefused):
        authority.issue_device(name)


def test_revoking_covers_every_certificate_of_that_name_and_no_other(authority):
    first = authority.issue_device("register-2")
    second = authority.issue_device("register-2")
    other = authority.issue_device("register-2-b")
    assert authority.revoke("register-2") == 2
    assert authority.revoke("register-2") == 0
    revoked = x509.load_pem_x509_crl(authority.revoked)
    for identity, gone in ((first, True), (second, True), (other, False)):
        serial = x509.load_pem_x509_certificate(identity.certificate).serial_number
        entry = revoked.get_revoked_certificate_by_serial_number(serial)
        assert (entry is not None) is gone


def torn(authority, name):
    """What a power cut or a full disk left of a certificate that was being written."""
    kept = next((authority.folder / "issued").glob(f"{name}-*.pem"))
    kept.write_bytes(kept.read_bytes()[:40])


def test_a_device_is_revoked_though_a_certificate_of_it_was_torn_on_our_disk(authority):
    serial = x509.load_pem_x509_certificate(authority.issue_device("register-2").certificate)
    torn(authority, "register-2")
    assert authority.revoke("register-2") == 1
    revoked = x509.load_pem_x509_crl(authority.revoked)
    assert revoked.get_revoked_certificate_by_serial_number(serial.serial_number) is not None


def test_the_newest_is_found_beside_one_that_was_torn(authority):
    authority.issue_device("register-2")
    torn(authority, "register-2")
    whole = authority.issue_device("register-2")
    assert authority.newest_of("register-2", whole.public_key) == whole.certificate


def test_a_disk_that_is_full_leaves_no_part_of_a_certificate(authority, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        authority.issue_device("register-2")
    assert not list((authority.folder / "issued").glob("register-2-*.pem"))


@pytest.mark.parametrize("left", ["key of another", "torn key", "torn certificate"])
def test_the_door_gets_its_certificate_anew_when_key_and_certificate_do_not_go_together(
    authority, tmp_path, left
):
    """They are two files: a power cut may come in between."""
    folder = tmp_path / "door"
    prepare(authority, folder, ["localhost"])
    key, certificate = folder / "door.key", folder / "door.pem"
    before = certificate.read_bytes()
    if left == "key of another":
        key.write_bytes(authority.issue_server(["localhost"]).key)
    elif left == "torn key":
        key.write_bytes(key.read_bytes()[:30])
    else:
        certificate.write_bytes(before[:30])
    prepare(authority, folder, ["localhost"])
    assert certificate.read_bytes() != before
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    kept = certificate.read_bytes()
    prepare(authority, folder, ["localhost"])
    assert certificate.read_bytes() == kept, "what is well is left alone"
