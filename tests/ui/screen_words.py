"""The words of the sample screens, in four languages, long ones on purpose."""

from __future__ import annotations

LANGUAGES = ("nl", "fr", "id", "en")

T = {
    "register": ("Kassa 2", "Caisse 2", "Kasir 2", "Register 2"),
    "person": ("Sanne", "Marie-Christine", "Dewi Kusumawati", "Sarah"),
    "printer": ("Bon", "Ticket", "Struk", "Receipt"),
    "drawer": ("Lade", "Tiroir", "Laci uang", "Drawer"),
    "sending": ("3 te verzenden", "3 à envoyer", "3 belum terkirim", "3 to send"),
    "sent": ("Alles verzonden", "Tout est envoyé", "Semua terkirim", "All sent"),
    "scanner": ("Geen scanner", "Pas de lecteur", "Pemindai tidak ada", "No scanner"),
    "meaning": (
        "De printer heeft geen papier meer. Verkopen gaat gewoon door en gaat niet verloren.",
        "L'imprimante n'a plus de papier. Vous pouvez continuer à vendre, rien n'est perdu.",
        "Kertas printer habis. Penjualan tetap berjalan dan tidak ada yang hilang.",
        "The printer is out of paper. You can go on selling; nothing is lost.",
    ),
    "remedy": (
        "Leg een nieuwe rol in en sluit de klep. De bon komt er dan vanzelf uit.",
        "Placez un nouveau rouleau et refermez le capot. Le ticket sortira tout seul.",
        "Pasang gulungan baru dan tutup penutupnya. Struk akan keluar dengan sendirinya.",
        "Put in a new roll and shut the cover. The receipt then comes out by itself.",
    ),
    "close": ("Sluiten", "Fermer", "Tutup", "Close"),
    "who": ("Wie staat er aan de kassa?", "Qui est à la caisse ?", "Siapa yang di kasir?", "Who is at the register?"),
    "pin": (
        "Kies je naam en typ je pincode.",
        "Choisissez votre nom, puis saisissez votre code.",
        "Pilih nama Anda, lalu masukkan PIN.",
        "Choose your name and type your PIN.",
    ),
    "pin_wait": (
        "Te vaak mis. Wacht 30 seconden.",
        "Trop d'essais. Attendez 30 secondes avant de réessayer.",
        "Terlalu banyak percobaan. Tunggu 30 detik.",
        "Too many tries. Wait 30 seconds.",
    ),
    "hint": (
        "Scan een artikel, of kies een toets. Zoeken kan op naam of code.",
        "Scannez un article ou choisissez une touche. Recherchez par nom ou par code.",
        "Pindai barang atau pilih tombol. Cari menurut nama atau kode.",
        "Scan an article or choose a key. Search by name or code.",
    ),
    "quantity": ("Aantal", "Quantité", "Jumlah", "Quantity"),
    "price": ("Prijs", "Modifier le prix", "Ubah harga", "Price"),
    "park": ("Parkeren", "Mettre en attente", "Simpan dulu", "Park"),
    "parked": ("Geparkeerd", "En attente", "Tersimpan", "Parked"),
    "remove": ("Regel weg", "Supprimer la ligne", "Hapus baris", "Remove line"),
    "returns": ("Retour", "Retour client", "Retur barang", "Return"),
    "items": (
        "7 artikelen · waarvan btw",
        "7 articles · dont TVA",
        "7 barang · termasuk PPN",
        "7 articles · of which VAT",
    ),
    "advantage": ("Uw voordeel", "Votre avantage", "Anda hemat", "You save"),
    "total": ("Te betalen", "À payer", "Total bayar", "To pay"),
    "search_hint": (
        "Scan, of zoek op naam of code",
        "Scannez, ou cherchez par nom ou code",
        "Pindai, atau cari nama atau kode",
        "Scan, or search by name or code",
    ),
    "none": (
        "Niets gevonden. Probeer een deel van de naam.",
        "Rien trouvé. Essayez une partie du nom.",
        "Tidak ditemukan. Coba sebagian namanya.",
        "Nothing found. Try part of the name.",
    ),
    "exact": ("contant gepast", "espèces, compte exact", "uang pas", "exact cash"),
    "card_caption": ("betalen met", "payer par", "bayar dengan", "pay by"),
    "card": ("Pin", "Carte", "Kartu", "Card"),
    "other": ("Anders", "Autres", "Lainnya", "Other"),
    "confirm": ("Goed", "Valider", "Setuju", "Confirm"),
    "cancel": ("Terug", "Annuler", "Batalkan", "Cancel"),
    "ask": ("Aantal voor Spa Reine 1,5 l", "Quantité pour Spa Reine 1,5 l", "Jumlah untuk Spa Reine 1,5 l", "Quantity of Spa Reine 1.5 l"),
    "ask_hint": (
        "Nu staat er 1. Typ 0 om de regel weg te halen.",
        "Actuellement 1. Saisissez 0 pour supprimer la ligne.",
        "Sekarang 1. Ketik 0 untuk menghapus baris.",
        "It says 1 now. Type 0 to remove the line.",
    ),
    "unknown": (
        "8712345678906 staat niet in de winkel. Zoek op naam, of verkoop het met een vaste toets.",
        "8712345678906 est inconnu du magasin. Cherchez par nom ou vendez-le avec une touche.",
        "8712345678906 tidak dikenal. Cari menurut nama atau jual dengan tombol.",
        "8712345678906 is not known here. Search by name, or sell it with a quick key.",
    ),
    "no_paper": (
        "De bon is niet geprint: het papier is op. Leg een nieuwe rol in.",
        "Le ticket n'est pas imprimé : il n'y a plus de papier. Placez un nouveau rouleau.",
        "Struk belum tercetak: kertas habis. Pasang gulungan baru.",
        "The receipt was not printed: there is no paper. Put in a new roll.",
    ),
    "retry": ("Opnieuw", "Réessayer", "Coba lagi", "Try again"),
    "how": ("Hoe wil de klant betalen?", "Comment le client paie-t-il ?", "Bagaimana pelanggan membayar?", "How does the customer pay?"),
    "paid_cash": ("Contant betaald", "Payé en espèces", "Dibayar tunai", "Paid in cash"),
    "remaining": ("Nog te betalen", "Reste à payer", "Sisa bayar", "Still to pay"),
    "part_cash": ("Deel contant", "Une partie en espèces", "Sebagian tunai", "Part in cash"),
    "by_hand": ("Pin, los apparaat", "Carte, terminal séparé", "Kartu, mesin terpisah", "Card, separate terminal"),
    "at_terminal": ("De klant is bij de pinautomaat", "Le client est au terminal de paiement", "Pelanggan di mesin kartu", "The customer is at the terminal"),
    "wait_message": (
        "Wacht op het antwoord van de automaat.",
        "En attente de la réponse du terminal.",
        "Menunggu jawaban dari mesin kartu.",
        "Waiting for the terminal to answer.",
    ),
    "approved": ("Betaald", "Paiement accepté", "Pembayaran diterima", "Paid"),
    "declined": ("Niet betaald", "Paiement refusé", "Pembayaran ditolak", "Declined"),
    "declined_message": (
        "De kaart is geweigerd. Vraag om een andere kaart of een andere manier van betalen.",
        "La carte a été refusée. Demandez une autre carte ou un autre moyen de paiement.",
        "Kartu ditolak. Minta kartu lain atau cara bayar lain.",
        "The card was declined. Ask for another card or another way to pay.",
    ),
    "unsure": ("Onbekend of er betaald is", "Paiement incertain", "Belum pasti terbayar", "Not known whether it is paid"),
    "unsure_message": (
        "De automaat gaf geen antwoord. Kijk op de automaat of de betaling gelukt is en vraag het dan opnieuw op.",
        "Le terminal n'a pas répondu. Vérifiez sur le terminal si le paiement a réussi, puis redemandez le résultat.",
        "Mesin kartu tidak menjawab. Lihat di mesin apakah pembayaran berhasil, lalu tanyakan lagi.",
        "The terminal gave no answer. See on the terminal whether it was paid, then ask it again.",
    ),
    "ask_again": ("Vraag het opnieuw", "Redemander le résultat", "Tanyakan lagi", "Ask again"),
    "stop": ("Stop de betaling", "Arrêter le paiement", "Hentikan pembayaran", "Stop the payment"),
    "change": ("Terug", "À rendre", "Kembalian", "Change"),
    "sum": ("Totaal", "Total", "Total", "Total"),
    "cash": ("Contant ontvangen", "Espèces reçues", "Uang tunai diterima", "Cash received"),
    "receipt": ("Bon", "Ticket", "Nomor struk", "Receipt"),
    "next": (
        "Scan het volgende artikel om door te gaan.",
        "Scannez l'article suivant pour continuer.",
        "Pindai barang berikutnya untuk melanjutkan.",
        "Scan the next article to go on.",
    ),
    "reprint": ("Bon nog eens (kopie)", "Réimprimer le ticket (copie)", "Cetak ulang struk (salinan)", "Print again (copy)"),
    "qr": ("Bon als QR", "Ticket en code QR", "Struk sebagai QR", "Receipt as QR"),
    "new_sale": ("Volgende klant", "Client suivant", "Pelanggan berikutnya", "Next customer"),
    "parked_title": ("Geparkeerde verkopen", "Ventes en attente", "Penjualan tersimpan", "Parked sales"),
    "parked_none": (
        "Er is niets geparkeerd. Met Parkeren zet je een verkoop even apart.",
        "Aucune vente en attente. « Mettre en attente » réserve une vente pour plus tard.",
        "Tidak ada yang tersimpan. Simpan dulu menyisihkan penjualan untuk nanti.",
        "Nothing is parked. Park puts a sale aside for a moment.",
    ),
    "street": ("Dorpsstraat 1, 1234 AB Ons Dorp", "1 rue du Village, 75001 Paris", "Jl. Desa 1, Jakarta 10110", "1 Village Street, AB1 2CD"),
}  # fmt: skip

AMOUNTS = {
    "nl": ("€ 11,85", "€ 8,15", "€ 15", "€ 20", "€ 50", ","),
    "fr": ("11,85 €", "8,15 €", "15 €", "20 €", "50 €", ","),
    "id": ("Rp 1.118.500", "Rp 81.500", "Rp 1.120.000", "Rp 1.150.000", "Rp 1.200.000", ","),
    "en": ("£11.85", "£8.15", "£15", "£20", "£50", "."),
}


class Words:
    """The sample texts of one language by name."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.place = LANGUAGES.index(language)
        amounts = [text.replace(" ", "\u00a0") for text in AMOUNTS[language]]
        self.due, self.rest, *self.notes, self.comma = amounts

    def __getattr__(self, name: str) -> str:
        try:
            return T[name][self.place]
        except KeyError as error:
            raise AttributeError(name) from error

    def plain(self, amount: str) -> str:
        """Write an amount of the sample in the language's way; in rupiah a thousand times more."""
        if self.language == "id":
            return f"{amount.replace(',', '.')}0" if "," in amount else amount
        return amount.replace(",", self.comma)
