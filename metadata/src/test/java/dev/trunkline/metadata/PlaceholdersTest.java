package dev.trunkline.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToCreateStatementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SQL means the same with these as with Jdbi's own reading of it.
final class PlaceholdersTest {
  private Handle handle;

  @BeforeEach
  void open() {
    handle = Placeholders.in(Jdbi.create("jdbc:sqlite::memory:")).open();
  }

  @AfterEach
  void close() {
    handle.close();
  }

  private String query(String sql) {
    return handle.createQuery(sql).bind("a", "one").bind("a_b2", "two").mapTo(String.class).one();
  }

  @Test
  void aParameterByItsName() {
    assertThat(query("select :a || ',' || :a_b2||:a")).isEqualTo("one,twoone");
  }

  @Test
  void aParameterByItsPlace() {
    var sum = handle.createQuery("select ?-?").bind(0, 5).bind(1, 3).mapTo(int.class).one();
    assertThat(sum).isEqualTo(2);
  }

  @Test
  void whatIsQuotedStandsAsItIs() {
    assertThat(query("select ':a <x> ? it''s :a' || :a || :a_b2"))
        .isEqualTo(":a <x> ? it's :a" + "one" + "two");
    assertThat(query("select \":a\" || :a_b2 from (select 'x' as \":a\" where :a = 'one')"))
        .isEqualTo("xtwo");
  }

  @Test
  void aListAndAnAttribute() {
    var rows =
        handle
            .createQuery(
                "select n from (select 1 as n union select 2 union select 3)"
                    + " where n in (<ids>) and n <> <other> and n < :most order by n")
            .bindList("ids", List.of(1, 2, 3))
            .define("other", 2)
            .bind("most", 9)
            .mapTo(int.class)
            .list();
    assertThat(rows).containsExactly(1, 3);
  }

  @Test
  void anAttributeThatNobodyDefined() {
    assertThatThrownBy(() -> query("select <nothing>"))
        .isInstanceOf(UnableToCreateStatementException.class)
        .hasMessageContaining("<nothing>");
  }
}
