package dev.stlm.serving.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.stlm.tokenizer.InvalidInputException;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a schema's grammar writes is judged by another program, networknt's validator. */
class SchemaGrammarTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "true",
        "{'type':'object'}",
        "{'type':'array'}",
        "{'type':['string','null','integer']}",
        "{'type':'number'}",
        "{'type':'integer','minimum':-12,'maximum':345}",
        "{'type':'integer','exclusiveMinimum':99,'maximum':1e3}",
        "{'type':'integer','minimum':0.5,'exclusiveMaximum':7.5}",
        "{'type':'integer','minimum':-1005,'maximum':-7}",
        "{'type':'string','minLength':2,'maxLength':5}",
        "{'type':'string','minLength':3}",
        "{'type':'string','pattern':'^[A-Z]{3}-\\\\d+$'}",
        "{'type':'string','pattern':'b[^a]'}",
        "{'type':'string','format':'date'}",
        "{'type':'string','format':'date-time'}",
        "{'type':'string','format':'uuid'}",
        "{'type':'string','format':'time'}",
        "{'enum':['a\\u0001\\\"','é',null,1.5,{'b':[1,'x']},[]]}",
        "{'type':'string','enum':['a','b',3]}",
        "{'const':{'a':1}}",
        "{'anyOf':[{'type':'string','maxLength':2},{'type':'boolean'}]}",
        "{'oneOf':[{'type':'integer'},{'type':'null'}],'title':'t','default':null}",
        "{'allOf':[{'type':'boolean'}]}",
        "{'properties':{'a':{'type':'integer'},'b':{'type':'string'},'c':{}},'required':['b']}",
        "{'type':'object','properties':{'a':{'type':'integer'}},'additionalProperties':false}",
        "{'type':'object','properties':{'a':{'const':1},'ab':{'const':2},'é\\n':{'const':3}},"
            + "'required':['ab'],'additionalProperties':{'type':'boolean'}}",
        "{'type':'object','additionalProperties':{'type':'integer'}}",
        "{'type':'array','items':{'type':'integer'},'minItems':2,'maxItems':4}",
        "{'type':'array','items':{'type':'boolean'},'minItems':3}",
        "{'type':'array','items':{'type':'boolean'},'maxItems':0}",
        "{'type':'array','prefixItems':[{'type':'integer'},{'type':'string'}],'items':false}",
        "{'type':'array','prefixItems':[{'const':1}],'items':{'const':2},'minItems':2}",
        "{'type':'array','prefixItems':[{'const':1},{'const':2}],'maxItems':1}",
        "{'$defs':{'n':{'type':'object','properties':{'v':{'type':'integer'},"
            + "'next':{'anyOf':[{'$ref':'#/$defs/n'},{'type':'null'}]}},"
            + "'required':['v','next'],'additionalProperties':false}},'$ref':'#/$defs/n'}",
        "{'type':'object','properties':{'name':{'type':'string'},"
            + "'children':{'type':'array','items':{'$ref':'#'}}},'required':['name','children']}"
      })
  void whatIsWrittenIsValid(String quoted) {
    String schema = quoted.replace('\'', '"');
    Grammar grammar = Grammar.jsonSchema(tree(schema));
    JsonSchema judge = judge(schema);
    Random random = new Random(schema.hashCode());
    for (int i = 0; i < 100; i++) {
      String text = RandomTexts.utf8(RandomTexts.next(grammar, random, 60));
      tree(text);
      assertThat(judge.validate(text, InputFormat.JSON)).as("%s of %s", text, schema).isEmpty();
    }
  }

  @Property(tries = 150)
  void whatIsWrittenForAnySchemaIsValid(@ForAll("schemas") String schema, @ForAll long seed) {
    Grammar grammar = Grammar.jsonSchema(tree(schema));
    JsonSchema judge = judge(schema);
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      String text = RandomTexts.utf8(RandomTexts.next(grammar, random, 60));
      tree(text);
      assertThat(judge.validate(text, InputFormat.JSON)).as("%s of %s", text, schema).isEmpty();
    }
  }

  @Provide
  Arbitrary<String> schemas() {
    Arbitrary<String> simple =
        Arbitraries.of(
            "{\"type\":\"string\"}",
            "{\"type\":\"string\",\"maxLength\":3}",
            "{\"type\":\"integer\",\"minimum\":5}",
            "{\"type\":\"number\"}",
            "{\"type\":\"boolean\"}",
            "{\"type\":[\"null\",\"string\"],\"pattern\":\"^x+$\"}",
            "{\"enum\":[1,\"one\",[1]]}",
            "{}");
    return Arbitraries.recursive(
        () -> simple,
        inner ->
            Arbitraries.oneOf(
                Combinators.combine(inner, inner, Arbitraries.of("", "\"a\"", "\"b\",\"a\""))
                    .as((a, b, required) ->
                        "{\"type\":\"object\",\"properties\":{\"a\":%s,\"b\":%s},\"required\":[%s]}"
                            .formatted(a, b, required)),
                Combinators.combine(inner, inner)
                    .as((a, b) ->
                        "{\"properties\":{\"x\":%s},\"additionalProperties\":%s}".formatted(a, b)),
                Combinators.combine(inner, Arbitraries.integers().between(0, 3))
                    .as((a, n) ->
                        "{\"type\":\"array\",\"items\":%s,\"minItems\":%d,\"maxItems\":%d}"
                            .formatted(a, n, n + 1)),
                Combinators.combine(inner, inner)
                    .as((a, b) -> "{\"anyOf\":[%s,%s]}".formatted(a, b))),
        0,
        3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1}",
        "{\"a\": 1, \"b\":[true,null,-0.5e+3,\"x\\n\\u0001é😀\"]}",
        "{}",
        "{\"a\":{\"a\":{\"a\":[[[[]]]]}}}"
      })
  void anyObjectIsAllowed(String text) {
    assertThat(RandomTexts.matches(Grammar.jsonObject(), text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"a\":01}",
        "{\"a\":1,}",
        "{\"a\" :1}",
        "{ \"a\":1}",
        "{\"a\":\"\n\"}",
        "{\"a\":tru}",
        "{a:1}",
        "{\"a\":1}}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":+1}",
        "{\"a\":1.}"
      })
  void nothingElseIsAnObject(String text) {
    assertThat(RandomTexts.matches(Grammar.jsonObject(), text)).isFalse();
  }

  @Test
  void membersComeInTheOrderOfTheSchema() {
    Grammar grammar =
        Grammar.jsonSchema(
            tree(
                "{\"properties\":{\"b\":{\"const\":1},\"a\":{\"const\":2}},\"required\":[\"a\"]}"));
    assertThat(RandomTexts.matches(grammar, "{\"b\":1,\"a\":2}")).isTrue();
    assertThat(RandomTexts.matches(grammar, "{\"a\":2}")).isTrue();
    assertThat(RandomTexts.matches(grammar, "{\"a\":2,\"b\":1}")).isFalse();
    assertThat(RandomTexts.matches(grammar, "{\"b\":1}")).isFalse();
    assertThat(RandomTexts.matches(grammar, "{\"b\":1,\"a\":2,\"c\":3}")).isFalse();
  }

  @Test
  void integersAreExactlyThoseInBounds() {
    long[][] bounds = {{0, 0}, {-3, 12}, {95, 1003}, {-1200, -98}, {7, 7}, {-1, 0}, {10, 99}};
    for (long[] b : bounds) {
      Grammar grammar =
          Grammar.jsonSchema(
              tree("{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}".formatted(b[0], b[1])));
      for (long i = b[0] - 120; i <= b[1] + 120; i++) {
        assertThat(RandomTexts.matches(grammar, Long.toString(i)))
            .as("%d from %d to %d", i, b[0], b[1])
            .isEqualTo(i >= b[0] && i <= b[1]);
      }
      assertThat(RandomTexts.matches(grammar, "-0")).isFalse();
      assertThat(RandomTexts.matches(grammar, "007")).isFalse();
    }
  }

  @Test
  void textsNestOnlySoDeepThatTheyCanEnd() {
    Grammar grammar =
        Grammar.jsonSchema(
            tree(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\",\"minItems\":1,"
                    + "\"items\":{\"anyOf\":[{\"const\":1},{\"$ref\":\"#\"}]}}},\"required\":[\"a\"]}"));
    ByteState state = new ByteAutomaton(grammar.program()).start();
    int depth = 0;
    StringBuilder text = new StringBuilder();
    while (!state.complete()) {
      // as deep as it goes
      int next = 0;
      for (char c : "{\"a:[1]}".toCharArray()) {
        if (next == 0 && state.allows(c)) {
          next = c;
        }
      }
      depth += next == '{' ? 1 : 0;
      text.append((char) next);
      state = state.after(next);
    }
    tree(text.toString());
    assertThat(depth).isBetween(20, Program.DEEPEST);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "5 | a schema must be an object",
        "false | allows nothing",
        "{\"not\":{}} | 'not'",
        "{\"type\":\"object\",\"patternProperties\":{}} | 'patternProperties'",
        "{\"properties\":{\"x\":{\"if\":{}}}} | #/properties/x: 'if'",
        "{\"type\":\"integer\",\"multipleOf\":2} | 'multipleOf'",
        "{\"type\":\"number\",\"minimum\":2} | 'minimum'",
        "{\"type\":\"array\",\"uniqueItems\":true} | 'uniqueItems'",
        "{\"type\":\"string\",\"format\":\"email\"} | email",
        "{\"type\":\"string\",\"pattern\":\"(?=a)\"} | regular expression",
        "{\"type\":\"string\",\"pattern\":\"a\",\"minLength\":2} | only one of",
        "{\"type\":\"string\",\"maxLength\":100000} | 'maxLength'",
        "{\"type\":\"string\",\"minLength\":4,\"maxLength\":2} | 'maxLength'",
        "{\"type\":\"string\",\"minLength\":\"4\"} | 'minLength'",
        "{\"type\":\"text\"} | 'type'",
        "{\"type\":[]} | 'type'",
        "{\"enum\":[]} | 'enum'",
        "{\"enum\":5} | 'enum'",
        "{\"type\":\"null\",\"enum\":[1]} | 'enum'",
        "{\"const\":1e999} | too large",
        "{\"const\":\"\\ud800\"} | surrogate",
        "{\"anyOf\":[]} | 'anyOf'",
        "{\"anyOf\":[{}],\"type\":\"string\"} | 'type' beside 'anyOf'",
        "{\"allOf\":[{},{}]} | 'allOf'",
        "{\"$ref\":\"#/$defs/none\"} | none",
        "{\"$ref\":\"http://other\"} | '$ref'",
        "{\"$ref\":\"#\"} | end",
        "{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]} | refers to itself",
        "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]} | end",
        "{\"type\":\"object\",\"required\":[\"a\"]} | 'required'",
        "{\"type\":\"object\",\"properties\":[]} | 'properties'",
        "{\"type\":\"integer\",\"minimum\":3,\"maximum\":2} | no integer",
        "{\"type\":\"integer\",\"maximum\":1e300} | 'maximum'",
        "{\"type\":\"array\",\"minItems\":3,\"items\":false} | items",
        "{\"type\":\"array\",\"items\":5} | a schema must be",
        "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":\"string\",\"maxLength\":4000,\"pattern\":\"x\"}}} | only one",
      })
  void whatIsNotSupportedIsRefusedByNameInOneLine(String schema, String named) {
    assertThatThrownBy(() -> Grammar.jsonSchema(tree(schema)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(named)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theSizeOfASchemaIsBounded() {
    StringBuilder properties = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      properties.append(i == 0 ? "" : ",").append("\"p").append(i);
      properties.append("\":{\"type\":\"string\",\"maxLength\":").append(3000 + i).append('}');
    }
    assertThatThrownBy(() -> Grammar.jsonSchema(tree("{\"properties\":{" + properties + "}}")))
        .hasMessageContaining("20000");
  }

  private static JsonSchema judge(String schema) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema, InputFormat.JSON, config);
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }
}
