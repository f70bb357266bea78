-- A copy of the database opens no mailbox, sends through none, forwards nothing, and holds no password.
UPDATE fetchmail_server
   SET active = false,
       state = 'draft',
       password = NULL,
       google_gmail_refresh_token = NULL,
       google_gmail_access_token = NULL,
       microsoft_outlook_refresh_token = NULL,
       microsoft_outlook_access_token = NULL,
       l10n_co_backup_email = NULL,
       l10n_co_expiry_email = NULL;
UPDATE ir_mail_server
   SET smtp_pass = NULL,
       smtp_ssl_certificate = NULL,
       smtp_ssl_private_key = NULL,
       google_gmail_refresh_token = NULL,
       google_gmail_access_token = NULL,
       microsoft_outlook_refresh_token = NULL,
       microsoft_outlook_access_token = NULL,
       l10n_co_state = 'draft',
       l10n_co_copy_email = NULL,
       l10n_co_expiry_email = NULL;
-- Ours are off in whichever order modules are neutralized; core's own stand-in sends nothing.
UPDATE ir_mail_server
   SET active = false
 WHERE l10n_co_company_id IS NOT NULL
    OR owner_user_id IS NOT NULL
    OR l10n_co_succeeds_id IS NOT NULL;
-- The answers to sign-in requests would come here too.
DELETE FROM ir_config_parameter
 WHERE key IN ('google_gmail_client_secret', 'microsoft_outlook_client_secret');
-- Mails that wait to be put into a Sent folder, with their texts.
DELETE FROM ir_attachment
 WHERE id IN (SELECT raw_attachment_id FROM l10n_co_sent_copy WHERE state = 'pending');
DELETE FROM l10n_co_sent_copy WHERE state = 'pending';
-- Passwords that wait in lists of users' accounts.
DELETE FROM l10n_co_mail_account_wizard;
UPDATE l10n_co_dian_list_upload SET password = NULL;
