"""What a buyer tells DIAN about its suppliers' invoices, and DIAN's web service: plain Python, bytes in, values out.

Written after annex FE 1.9 (Res. 000165/2023, now in Res. 000227/2025), chapters 6.5, 7, 8.5 and 11.5, and what other
implementations do. It was never tried against DIAN's production: begin in the test environment.
"""
