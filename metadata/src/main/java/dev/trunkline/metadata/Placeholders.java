package dev.trunkline.metadata;

import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.ParsedSql;
import org.jdbi.v3.core.statement.SqlParser;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.core.statement.UnableToCreateStatementException;

/// Finds `:parameters` and `<attributes>` in the SQL of this program. Jdbi reads SQL with two
/// generated grammars, whose automata are made and compiled anew at every start: a tenth of it.
final class Placeholders implements SqlParser, TemplateEngine {
  /// What is quoted and casts are passed over.
  private static final Pattern PARAMETER =
      Pattern.compile("'[^']*'|\"[^\"]*\"|::|:(?<name>\\w+)|(?<next>\\?)");

  private static final Pattern ATTRIBUTE = Pattern.compile("'[^']*'|<(?<name>\\w+)>");

  private Placeholders() {}

  /// Lets `jdbi` find them like this.
  static Jdbi in(Jdbi jdbi) {
    var placeholders = new Placeholders();
    jdbi.getConfig(SqlStatements.class).setSqlParser(placeholders).setTemplateEngine(placeholders);
    return jdbi;
  }

  @Override
  public ParsedSql parse(String sql, StatementContext context) {
    var parsed = ParsedSql.builder();
    var found = PARAMETER.matcher(sql);
    int done = 0;
    while (found.find()) {
      var name = found.group("name");
      if (name != null) {
        parsed.append(sql.substring(done, found.start())).appendNamedParameter(name);
        done = found.end();
      } else if (found.group("next") != null) {
        parsed.append(sql.substring(done, found.start())).appendPositionalParameter();
        done = found.end();
      }
    }
    return parsed.append(sql.substring(done)).build();
  }

  @Override
  public String nameParameter(String name, StatementContext context) {
    return ":" + name;
  }

  @Override
  public String render(String template, StatementContext context) {
    if (template.indexOf('<') < 0) {
      return template;
    }
    var rendered = new StringBuilder();
    var found = ATTRIBUTE.matcher(template);
    int done = 0;
    while (found.find()) {
      if (found.group("name") != null) {
        rendered.append(template, done, found.start());
        rendered.append(attribute(found.group("name"), context));
        done = found.end();
      }
    }
    return rendered.append(template, done, template.length()).toString();
  }

  private static Object attribute(String name, StatementContext context) {
    var value = context.getAttribute(name);
    if (value == null) {
      throw new UnableToCreateStatementException("no attribute <" + name + "> is defined", context);
    }
    return value;
  }
}
