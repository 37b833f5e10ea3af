package io.selfheal.commit.syntax;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** JSON, TOML, YAML and XML, in this process. Nothing that a file refers to is read. */
final class DataSyntax {
  private static final int MAX_CODE_POINTS = 4 << 20;

  private final ObjectMapper json =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private final ObjectMapper toml = TomlMapper.builder().build();

  Syntax.Verdict json(String path, byte[] content) {
    return tree(json, content);
  }

  Syntax.Verdict toml(String path, byte[] content) {
    return tree(toml, content);
  }

  private static Syntax.Verdict tree(ObjectMapper mapper, byte[] content) {
    try {
      mapper.readTree(new String(content, StandardCharsets.UTF_8));
      return Syntax.Verdict.GOOD;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      return Syntax.Verdict.bad(
          (at == null ? "" : "line " + at.getLineNr() + ": ") + e.getOriginalMessage());
    }
  }

  Syntax.Verdict yaml(String path, byte[] content) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(path).setCodePointLimit(MAX_CODE_POINTS).build();
    try {
      String text = new String(content, StandardCharsets.UTF_8);
      // Events only: no tag makes an object, no alias is followed
      new Parse(settings).parseString(text).forEach(event -> {});
      return Syntax.Verdict.GOOD;
    } catch (YamlEngineException e) {
      return Syntax.Verdict.bad(e.getMessage());
    }
  }

  Syntax.Verdict xml(String path, byte[] content) {
    try {
      SAXParserFactory factory = SAXParserFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setFeature("http://xml.org/sax/features/external-parameter-entities", false);
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      factory.newSAXParser().parse(new ByteArrayInputStream(content), new WithoutOutside());
      return Syntax.Verdict.GOOD;
    } catch (SAXParseException e) {
      return Syntax.Verdict.bad("line " + e.getLineNumber() + ": " + e.getMessage());
    } catch (SAXException | ParserConfigurationException | IOException e) {
      return Syntax.Verdict.bad(String.valueOf(e.getMessage()));
    }
  }

  private static final class WithoutOutside extends DefaultHandler {
    @Override
    public InputSource resolveEntity(String publicId, String systemId) {
      return new InputSource(new StringReader(""));
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      // The default prints it to standard error too
      throw e;
    }
  }
}
