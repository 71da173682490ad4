/// The SQL database: connections, transactions, migrations, duties and wake-ups, on SQLite and
/// PostgreSQL with one text. Rows and their meaning belong to the modules that store them.
@NullMarked
package dev.trunkline.metadata;

import org.jspecify.annotations.NullMarked;
