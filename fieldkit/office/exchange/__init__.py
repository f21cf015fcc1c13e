"""The exchange with laptops: events in, feed out, attachments, parcels, refill."""
