-- A copy of the database says nothing to DIAN, and holds neither certificate nor PIN.
UPDATE l10n_co_radian_account
   SET state = 'draft',
       environment = '2',
       secret_pfx = NULL,
       secret_password = NULL,
       secret_pin = NULL;
