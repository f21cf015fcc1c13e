"""Records beside jobs: customers, products, follow-ups, vans."""
