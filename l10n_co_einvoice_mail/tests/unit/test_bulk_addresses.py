"""Addresses proposed from people's names and logins."""

import unittest

from l10n_co_einvoice_mail.bulk import addresses


class TestAddresses(unittest.TestCase):
    def test_names(self):
        for name, local in (
            ("Laura Gómez Ruiz", "laura.gomez"),
            ("Juan Carlos Pérez", "juan.perez"),
            ("Juan Carlos Pérez Gómez", "juan.perez"),
            ("María del Pilar Gómez Ruiz", "maria.gomez"),
            ("Ana de la Hoz", "ana.delahoz"),
            ("Luz Marina de la Hoz Peña", "luz.delahoz"),
            ("Gómez Ruiz, Laura", "laura.gomez"),
            ("José Ñáñez", "jose.nanez"),
            ("O'Brien Núñez", "obrien.nunez"),
            ("Óscar García-Herreros", "oscar.garcia-herreros"),
            ("María José (contabilidad) Díaz", "maria.diaz"),
            ("J. P. Morgan", "j.morgan"),
            ("Ana", "ana"),
            ("李雷", ""),
            ("  ", ""),
        ):
            with self.subTest(name):
                self.assertEqual(addresses.of_name(name), local)

    def test_logins(self):
        for login, local in (
            ("ana@vieja.example.com", "ana"),
            ("Ana Gómez", "ana.gomez"),
            ("ñoño", "nono"),
            (".ana..maria.", "ana.maria"),
            ("@", ""),
        ):
            with self.subTest(login):
                self.assertEqual(addresses.of_login(login), local)

    def test_nobody_gets_the_address_of_another(self):
        taken = set()
        for expected in ("ana.gomez", "ana.gomez2", "ana.gomez3"):
            address = addresses.propose("name", "Ana Gómez", "ana", "example.com", taken)
            self.assertEqual(address, f"{expected}@example.com")
            taken.add(address)

    def test_a_name_without_letters_of_the_alphabet_falls_back_to_the_login(self):
        self.assertEqual(
            addresses.propose("name", "李雷", "lilei", "example.com"), "lilei@example.com"
        )
        self.assertEqual(addresses.propose("name", "李雷", "@", "example.com"), "")
        self.assertEqual(addresses.propose("login", "Ana Gómez", "ana", ""), "")

    def test_no_local_part_is_too_long(self):
        name = "Wolfeschlegelsteinhausenbergerdorff " * 2 + "Hubert Blaine"
        self.assertLessEqual(len(addresses.of_name(name)), 64)
