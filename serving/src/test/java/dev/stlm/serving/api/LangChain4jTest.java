package dev.stlm.serving.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.stlm.serving.kit.Http;
import dev.stlm.serving.kit.ToyServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** LangChain4j's models for OpenAI's API, as they are. */
@QuarkusTest
@TestProfile(ToyServer.class)
class LangChain4jTest {
  private static final ChatRequest QUESTION =
      ChatRequest.builder()
          .messages(SystemMessage.from("Be brief."), UserMessage.from("Hello"))
          .build();

  private final String server = Http.ofApplication().base() + "/v1";

  private OpenAiChatModel.OpenAiChatModelBuilder model() {
    return OpenAiChatModel.builder()
        .baseUrl(server)
        .apiKey("none")
        .modelName("toy")
        .seed(5)
        .maxRetries(0)
        .maxCompletionTokens(60);
  }

  @Test
  void chatsWholeAndStreamed() {
    ChatResponse whole = model().stop(List.of("q")).build().chat(QUESTION);
    assertThat(whole.aiMessage().text()).isNotEmpty().doesNotContain("q");
    assertThat(whole.tokenUsage().outputTokenCount()).isPositive();
    OpenAiStreamingChatModel streaming =
        OpenAiStreamingChatModel.builder()
            .baseUrl(server)
            .apiKey("none")
            .modelName("toy")
            .seed(5)
            .stop(List.of("q"))
            .maxCompletionTokens(60)
            .build();
    StringBuilder pieces = new StringBuilder();
    CompletableFuture<ChatResponse> complete = new CompletableFuture<>();
    streaming.chat(
        QUESTION,
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            pieces.append(piece);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            complete.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            complete.completeExceptionally(error);
          }
        });
    ChatResponse streamed = complete.join();
    assertThat(pieces).hasToString(whole.aiMessage().text());
    assertThat(streamed.aiMessage().text()).isEqualTo(whole.aiMessage().text());
    assertThat(streamed.tokenUsage()).isEqualTo(whole.tokenUsage());
    assertThat(streamed.finishReason()).isEqualTo(whole.finishReason());
  }

  @Test
  void answersInTheFormOfASchema() {
    JsonSchema schema =
        JsonSchema.builder()
            .name("weather")
            .rootElement(
                JsonObjectSchema.builder()
                    .addEnumProperty("sky", List.of("blue", "grey"))
                    .addIntegerProperty("degrees")
                    .addBooleanProperty("wind")
                    .required("sky", "degrees", "wind")
                    .build())
            .build();
    ChatResponse answer =
        model()
            .strictJsonSchema(true)
            .maxCompletionTokens(200)
            .build()
            .chat(
                ChatRequest.builder()
                    .messages(UserMessage.from("How is it?"))
                    .responseFormat(
                        ResponseFormat.builder()
                            .type(ResponseFormatType.JSON)
                            .jsonSchema(schema)
                            .build())
                    .build());
    assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
    var weather = Http.tree(answer.aiMessage().text());
    assertThat(weather.path("sky").asText()).isIn("blue", "grey");
    assertThat(weather.path("degrees").isIntegralNumber()).isTrue();
    assertThat(weather.path("wind").isBoolean()).isTrue();
  }

  @Test
  void errorsAreThoseThatItKnows() {
    assertThatThrownBy(() -> model().logitBias(Map.of("999", 1)).build().chat(QUESTION))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("logit_bias");
  }
}
