"""``balie-collector authority``, ``device`` and ``broker-config``, as a technician types them."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.journal.signing import generate, load_public, save
from collector.__main__ import main
from collector.enrolment.authority import Authority
from collector.ingest.models import Device


@pytest.fixture
def state(tmp_path, settings, db):
    settings.BALIE_STATE = tmp_path / "state"
    settings.BALIE_DIRECTORY_KEY_FILE = tmp_path / "directory.key"
    main(["authority", "init"])
    return tmp_path


def add(state, name="register-1", *more):
    folder = state / name
    main(
        [
            "device",
            "add",
            name,
            "--name",
            "Kassa 1",
            "--register",
            "1",
            "--folder",
            str(folder),
            *more,
        ]
    )
    return folder


def test_a_device_gets_its_files_and_the_collector_its_public_key(state, capsys):
    folder = add(state)
    key = serialization.load_pem_private_key((folder / "device.key").read_bytes(), None)
    public = serialization.load_pem_public_key(Device.objects.get().public_key.encode())
    assert key.public_key() == public
    certificate = x509.load_pem_x509_certificate((folder / "device.pem").read_bytes())
    authority = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    certificate.verify_directly_issued_by(authority)
    said = "".join(capsys.readouterr())
    assert "Kassa 1 is enrolled as register-1" in said
    assert "PRIVATE" not in said


def test_a_device_can_check_who_signed_its_directory(state, settings):
    made = Authority.open(state / "state" / "authority").collector
    expected = serialization.load_pem_public_key(made.public_key)
    assert load_public(add(state) / "collector.pem") == expected
    own = generate()
    save(own, settings.BALIE_DIRECTORY_KEY_FILE)
    assert load_public(add(state, "register-2") / "collector.pem") == own.public_key()


def test_a_key_made_on_the_device_never_leaves_it(state, tmp_path):
    key = Ed25519PrivateKey.generate()
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, None)
    file = tmp_path / "request.pem"
    file.write_bytes(request.public_bytes(serialization.Encoding.PEM))
    folder = add(state, "register-1", "--request", str(file))
    assert not (folder / "device.key").exists()
    public = serialization.load_pem_public_key(Device.objects.get().public_key.encode())
    assert public == key.public_key()


def test_nothing_is_enrolled_when_a_request_is_refused(state, tmp_path):
    file = tmp_path / "request.pem"
    file.write_bytes(b"not a request")
    with pytest.raises(SystemExit, match="Let the device make a new one"):
        add(state, "register-1", "--request", str(file))
    assert not Device.objects.exists()


def test_a_name_is_enrolled_once(state):
    add(state)
    with pytest.raises(SystemExit, match="enrolled already"):
        add(state)


@pytest.mark.parametrize("name", ["collector", "Kassa 1", "a/b", "+"])
def test_a_name_the_broker_could_misread_is_refused(state, name):
    with pytest.raises(SystemExit, match="Choose another"):
        add(state, name)
    assert not Device.objects.exists()


def test_without_an_authority_the_remedy_is_said(tmp_path, settings, db):
    settings.BALIE_STATE = tmp_path
    with pytest.raises(SystemExit, match="balie-collector authority init"):
        add(tmp_path)


def test_an_authority_is_made_once(state):
    with pytest.raises(SystemExit, match="shut out every device"):
        main(["authority", "init"])


def test_a_revoked_device_is_marked_and_listed(state):
    add(state)
    main(["broker-config", "--folder", str(state / "broker")])
    main(["device", "revoke", "register-1", "--broker", str(state / "broker")])
    assert Device.objects.get().revoked
    listed = x509.load_pem_x509_crl((state / "broker" / "crl.pem").read_bytes())
    assert len(listed) == 1
    with pytest.raises(SystemExit, match="revoked already"):
        main(["device", "revoke", "register-1"])


def test_the_brokers_folder_says_how_to_start_it(state, capsys):
    main(["broker-config", "--folder", str(state / "broker"), "--host", "shop.example"])
    assert f"mosquitto -c {state / 'broker' / 'mosquitto.conf'}" in capsys.readouterr().out
    certificate = x509.load_pem_x509_certificate((state / "broker" / "server.pem").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "shop.example" in names.get_values_for_type(x509.DNSName)


def test_a_broker_in_a_container_gets_paths_as_it_sees_them(state):
    folder = state / "broker"
    main(["broker-config", "--folder", str(folder), "--seen-as", "/mosquitto"])
    assert "keyfile /mosquitto/server.key" in (folder / "mosquitto.conf").read_text()
