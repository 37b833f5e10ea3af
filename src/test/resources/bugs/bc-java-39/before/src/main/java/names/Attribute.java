package names;

public record Attribute(String type, String value) {}
