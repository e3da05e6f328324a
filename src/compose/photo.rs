//! Which attachments go along with a ticket, shrunk and stripped of EXIF.
