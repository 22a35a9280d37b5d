"""Price determination of property that tax depends on (涉税财物价格认定): Article 27."""
