package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.StructuredChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The official client of OpenAI for Java, as it is. */
@QuarkusTest
@TestProfile(ToyServer.class)
class OpenAiClientTest {
  private final OpenAIClient client =
      OpenAIOkHttpClient.builder()
          .baseUrl(Http.ofApplication().base() + "/v1")
          .apiKey("none")
          .maxRetries(0)
          .build();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void listsAndDescribesModels() {
    assertThat(client.models().list().data()).extracting(Model::id).containsExactly("toy");
    assertThat(client.models().retrieve("toy").id()).isEqualTo("toy");
    assertThatThrownBy(() -> client.models().retrieve("gpt")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void completesWholeAndStreamed() {
    CompletionCreateParams params =
        CompletionCreateParams.builder()
            .model("toy")
            .prompt("Once")
            .maxTokens(60)
            .seed(5)
            .temperature(0.8)
            .logprobs(2)
            .build();
    Completion whole = client.completions().create(params);
    assertThat(whole.choices()).hasSize(1);
    assertThat(whole.choices().getFirst().logprobs().orElseThrow().tokenLogprobs().orElseThrow())
        .hasSize((int) whole.usage().orElseThrow().completionTokens());
    try (StreamResponse<Completion> stream = client.completions().createStreaming(params)) {
      String streamed =
          stream.stream().map(c -> c.choices().getFirst().text()).collect(Collectors.joining());
      assertThat(streamed).isEqualTo(whole.choices().getFirst().text());
    }
  }

  @Test
  void chatsWholeAndStreamed() {
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder()
            .model("toy")
            .addSystemMessage("Be brief.")
            .addUserMessage("Hello")
            .maxCompletionTokens(60)
            .seed(5)
            .logprobs(true)
            .topLogprobs(1)
            .build();
    ChatCompletion whole = client.chat().completions().create(params);
    String content = whole.choices().getFirst().message().content().orElseThrow();
    assertThat(content).isNotEmpty();
    assertThat(whole.usage().orElseThrow().completionTokens()).isPositive();
    ChatCompletionCreateParams streaming =
        params.toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(streaming)) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();
      String streamed =
          chunks.stream()
              .flatMap(c -> c.choices().stream())
              .map(c -> c.delta().content().orElse(""))
              .collect(Collectors.joining());
      assertThat(streamed).isEqualTo(content);
      assertThat(chunks.getLast().usage()).isPresent();
    }
  }

  @Test
  void answersInTheFormOfAClass() {
    StructuredChatCompletionCreateParams<Person> params =
        ChatCompletionCreateParams.builder()
            .model("toy")
            .addUserMessage("Who?")
            .maxCompletionTokens(2000)
            .seed(5)
            // the toy model closes no text by itself
            .putAdditionalBodyProperty("logit_bias", JsonValue.from(Map.of("34", 12, "93", 12)))
            .responseFormat(Person.class)
            .build();
    Person person =
        client.chat().completions().create(params).choices().stream()
            .flatMap(choice -> choice.message().content().stream())
            .findFirst()
            .orElseThrow();
    assertThat(person.name).isNotNull();
    assertThat(person.friends).isNotNull();
    assertThat(person.mood).isIn(Person.Mood.GOOD, Person.Mood.BAD);
  }

  /** What the client makes a schema of. */
  public static final class Person {
    /** An enumeration. */
    public enum Mood {
      GOOD,
      BAD
    }

    public String name = "";
    public long age;
    public Mood mood = Mood.GOOD;
    public List<String> friends = List.of();
  }

  @Test
  void streamsInTheFormOfASchema() {
    ResponseFormatJsonSchema format =
        ResponseFormatJsonSchema.builder()
            .jsonSchema(
                ResponseFormatJsonSchema.JsonSchema.builder()
                    .name("answer")
                    .strict(true)
                    .schema(
                        ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                            .putAdditionalProperty("type", JsonValue.from("object"))
                            .putAdditionalProperty(
                                "properties",
                                JsonValue.from(Map.of("yes", Map.of("type", "boolean"))))
                            .putAdditionalProperty("required", JsonValue.from(List.of("yes")))
                            .putAdditionalProperty("additionalProperties", JsonValue.from(false))
                            .build())
                    .build())
            .build();
    ChatCompletionCreateParams params =
        ChatCompletionCreateParams.builder()
            .model("toy")
            .addDeveloperMessage("Be brief.")
            .addUserMessage("Really?")
            .responseFormat(format)
            .build();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      String text =
          stream.stream()
              .flatMap(c -> c.choices().stream())
              .map(c -> c.delta().content().orElse(""))
              .collect(Collectors.joining());
      assertThat(text).matches("\\{\"yes\": ?(true|false)\\}");
    }
  }

  @Test
  void answersTheExampleOfTheGuide() {
    String server = Http.ofApplication().base();
    // @start region="client"
    OpenAIClient client =
        OpenAIOkHttpClient.builder().baseUrl(server + "/v1").apiKey("none").build();
    String model = client.models().list().data().getFirst().id();
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello").build());
    // @end
    client.close();
    assertThat(answer.choices()).hasSize(1);
  }

  @Test
  void understandsErrors() {
    CompletionCreateParams params =
        CompletionCreateParams.builder().model("toy").prompt("a").maxTokens(2049).build();
    assertThatThrownBy(() -> client.completions().create(params))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.param()).hasValue("max_tokens"));
  }
}
