package dev.stlm.serving.api;

import dev.stlm.serving.api.ScoredAnswer.Scoring;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** The paths that say how likely texts are. */
@Singleton
final class ScoringRoutes {
  private final Serving serving;

  @Inject
  ScoringRoutes(Serving serving) {
    this.serving = serving;
  }

  void register(@Observes Router router) {
    ApiRoutes.post(router, "/v1/score", serving.maxBodyBytes(), scored(ScoreParser::parse));
    ApiRoutes.post(router, "/v1/classify", serving.maxBodyBytes(), scored(ClassifyParser::parse));
  }

  private Handler<RoutingContext> scored(BiFunction<Fields, ServedModel, Scoring> parser) {
    return c -> {
      Fields fields = ApiRoutes.body(c);
      serving.use(
          fields,
          model -> {
            Scoring scoring = parser.apply(fields, model);
            ApiRoutes.start(new ScoredAnswer(scoring, c.response()), model, c);
          });
    };
  }
}
